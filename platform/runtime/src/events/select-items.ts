import { mapped } from '../async/mapped.ts';
import type { StreamItem } from './live-streams.ts';
import { marked, markOf, type StreamMark } from './stream-marks.ts';

export interface SelectOptions {
  /** True when the viewer, once caught up, sees what everybody sees who may follow the stream. */
  shared?: boolean;
}

/**
 * What a subscriber of a stream is sent: each item as `select` makes it, without those it has nothing
 * to say about (null); a mark that it gave one stays on it. When `select` fails, the stream is left.
 */
export function selectItems<Out extends object>(
  items: AsyncIterator<StreamItem, unknown, undefined>,
  select: (item: StreamItem) => Promise<Out | null> | Out | null,
  { shared = false }: SelectOptions = {},
): AsyncIterableIterator<Out> {
  return mapped(items, async (item) => {
    const selected = await select(item);
    if (selected === null) return null;
    const { kind, position, reauthorise } = item;
    const mark: StreamMark = {
      ...markOf(selected),
      position,
      ...(shared && kind === 'caughtUp' ? { shared } : {}),
      ...(reauthorise ? { reauthorise } : {}),
      ...(item.kind === 'event' && item.event.traceparent
        ? { traceparent: item.event.traceparent }
        : {}),
    };
    return marked(selected, mark);
  });
}
