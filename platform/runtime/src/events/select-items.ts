import type { StreamItem } from './live-streams.ts';
import { marked, markOf, type StreamMark } from './stream-marks.ts';

export interface SelectOptions {
  /** True when the viewer, once caught up, sees what everybody sees who may follow the stream. */
  shared?: boolean;
}

/**
 * What a subscriber of a stream sends on: each item as `select` makes it, without those it has
 * nothing to say about (null); a mark that it gave one stays on it. Not a generator, since a generator's `return()` would wait for the
 * next item, which on a quiet stream never comes. When `select` fails, the stream is left.
 */
export function selectItems<Out extends object>(
  items: AsyncIterator<StreamItem, unknown, undefined>,
  select: (item: StreamItem) => Promise<Out | null> | Out | null,
  { shared = false }: SelectOptions = {},
): AsyncIterableIterator<Out> {
  return {
    next: async () => {
      for (;;) {
        const { done, value } = await items.next();
        if (done) return { done, value: undefined };
        try {
          const selected = await select(value);
          if (selected === null) continue;
          const { kind, position, reauthorise } = value;
          const mark = {
            ...markOf(selected),
            position,
            ...(shared && kind === 'caughtUp' ? { shared } : {}),
            ...(reauthorise ? { reauthorise } : {}),
          };
          return { done: false, value: marked(selected, mark as StreamMark) };
        } catch (error) {
          await items.return?.();
          throw error;
        }
      }
    },
    return: async () => {
      await items.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
