import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '@souk/runtime';

/** Where the supergraph comes from, and how a gateway hears of a new one. */
export interface SupergraphSource {
  load(): Promise<string>;
  /** Calls back with every later text; returns how to stop. */
  watch(changed: (sdl: string) => void): () => void;
}

export const fixedSupergraph = (sdl: string): SupergraphSource => ({
  load: async () => sdl,
  watch: () => () => {},
});

export interface FileSourceOptions {
  logger: Logger;
  /** Milliseconds between looks; polling also notices files that are replaced or mounted. */
  pollMs?: number;
}

/** A file that may be replaced at any time, as a mounted ConfigMap is. */
export function supergraphFile(
  path: string,
  { logger, pollMs = 1_000 }: FileSourceOptions,
): SupergraphSource {
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
        const before = last;
        const text = await load();
        seen = mark;
        if (text !== before) changed(text);
      };
      const timer = setInterval(() => {
        if (looking) return;
        looking = true;
        look()
          .catch((err) =>
            logger.warn(
              { err, path },
              'the supergraph file cannot be read; the last good one stays',
            ),
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
