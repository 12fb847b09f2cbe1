import { roomStream } from '@souk/runtime/events';
import type { Message } from '../domain/message.ts';

/** Whether this is the newest thing that is known here to have happened in a stream that somebody here follows. */
export type IsNewest = (stream: string, sequence: number) => boolean;

/** Messages that this process has just said, for those who listen to them here: they need not be read. */
export interface JustSaid {
  add(message: Message): void;
  /** These messages: what was just said, and the others as they are read. */
  besides(
    ids: readonly string[],
    read: (others: readonly string[]) => Promise<Message[]>,
  ): Promise<Message[]>;
}

/** Messages that are kept at hand, and milliseconds for which each is. */
const MOST = 1_000;
const KEPT_MS = 1_000;

/**
 * A message is as it was said until something else happens to it, and whatever does is an event of its room behind it. So
 * it is given only while the event that tells of it is the newest one that is known of its room.
 */
export function createJustSaid(isNewest: IsNewest): JustSaid {
  const kept = new Map<string, { message: Message; until: number }>();
  const find = (id: string): Message | null => {
    const found = kept.get(id);
    if (!found) return null;
    const { message, until } = found;
    const isStillSo =
      until > performance.now() && isNewest(roomStream(message.roomId), message.eventSequence);
    if (!isStillSo) kept.delete(id);
    return isStillSo ? message : null;
  };
  return {
    add: (message) => {
      if (kept.size >= MOST) kept.delete(kept.keys().next().value as string);
      kept.set(message.id, { message, until: performance.now() + KEPT_MS });
    },
    besides: async (ids, read) => {
      const found = ids.map(find);
      const others = ids.filter((_, index) => found[index] === null);
      const said = found.filter((message) => message !== null);
      return others.length === 0 ? said : [...said, ...(await read(others))];
    },
  };
}
