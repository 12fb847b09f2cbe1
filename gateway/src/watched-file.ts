import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '@souk/runtime/process';

/** A file that may be replaced at any time, like a mounted ConfigMap. */
export interface WatchedFile {
  load(): Promise<string>;
  /** Calls back with every later text; returns a function that stops this. */
  watch(changed: (text: string) => void): () => void;
}

export interface WatchedFileOptions {
  /** What the file is, for messages: "the supergraph". */
  what: string;
  logger: Logger;
  /** Milliseconds between checks; polling also notices files that are replaced or mounted. */
  pollMs?: number;
}

export function watchedFile(
  path: string,
  { what, logger, pollMs = 1_000 }: WatchedFileOptions,
): WatchedFile {
  let last: string | null = null;
  const load = async () => {
    last = await readFile(path, 'utf8');
    return last;
  };
  return {
    load,
    watch: (changed) => {
      let seen = '';
      let looking = false;
      const look = async () => {
        const { mtimeMs, size, ino } = await stat(path);
        const mark = `${mtimeMs} ${size} ${ino}`;
        if (mark === seen) return;
        const text = await readFile(path, 'utf8');
        seen = mark;
        // An equal text is not kept a second time.
        if (text === last) return;
        last = text;
        changed(text);
      };
      const timer = setInterval(() => {
        if (looking) return;
        looking = true;
        look()
          .catch((err) =>
            logger.warn({ err, path }, `${what} file cannot be read; the last good one stays`),
          )
          .finally(() => {
            looking = false;
          });
      }, pollMs);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
