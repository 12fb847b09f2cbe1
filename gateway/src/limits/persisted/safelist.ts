import type { Logger } from '@souk/runtime/process';
import { type WatchedFileOptions, watchedFile } from '../../watched-file.ts';
import { type OperationManifest, parseManifest } from './manifest.ts';

/** The operations that released clients contain. */
export interface Safelist {
  /** A new object after each change. */
  readonly edition: object;
  textOf(id: string): string | undefined;
  has(text: string): boolean;
  texts(): Iterable<string>;
  close(): void;
}

/** Rejects when the file cannot be read or understood; later the last valid one is kept. */
export async function openSafelist(
  path: string,
  { logger, ...options }: { logger: Logger } & Omit<WatchedFileOptions, 'what'>,
): Promise<Safelist> {
  const file = watchedFile(path, { ...options, what: 'the manifest of operations', logger });
  let manifest: OperationManifest;
  let texts: ReadonlySet<string>;
  const adopt = (json: string) => {
    manifest = parseManifest(json);
    texts = new Set(manifest.values());
  };
  try {
    adopt(await file.load());
  } catch (error) {
    throw new Error(`the manifest of operations ${path}: ${(error as Error).message}`);
  }
  const stop = file.watch((json) => {
    try {
      adopt(json);
      logger.info({ operations: texts.size }, 'the manifest of operations was replaced');
    } catch (error) {
      const problem = (error as Error).message;
      logger.error(
        { path, problem },
        'the new manifest of operations is refused; the last good one stays',
      );
    }
  });
  return {
    get edition() {
      return texts;
    },
    textOf: (id) => manifest.get(id),
    has: (text) => texts.has(text),
    texts: () => texts,
    close: stop,
  };
}
