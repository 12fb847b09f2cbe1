import { roomStream } from '@souk/runtime/events';
import { createExpiringMap } from '@souk/runtime/process';
import type { Message } from '../domain/message.ts';

/** Whether this is the newest known event of a stream that somebody here follows. */
export type IsNewest = (stream: string, sequence: number) => boolean;

/** Messages that this process has just posted, for subscribers here: they need not be read. */
export interface JustSaid {
  add(message: Message): void;
  /** These messages: those just posted, and the others as they are read. */
  besides(
    ids: readonly string[],
    read: (others: readonly string[]) => Promise<Message[]>,
  ): Promise<Message[]>;
}

/** How many messages are kept, and for how many milliseconds each. */
const MOST = 1_000;
const KEPT_MS = 1_000;

/**
 * A message stays as it was posted until something else happens to it, which is a later event of its room. So
 * it is returned only while its own event is the newest known one of its room.
 */
export function createJustSaid(isNewest: IsNewest): JustSaid {
  const kept = createExpiringMap<Message>({
    maxEntries: MOST,
    // A clock that is set back would keep a message for as long.
    now: () => performance.now(),
  });
  const find = (id: string): Message | null => {
    const message = kept.get(id);
    if (!message) return null;
    if (isNewest(roomStream(message.roomId), message.eventSequence)) return message;
    kept.delete(id);
    return null;
  };
  return {
    add: (message) => kept.set(message.id, message, KEPT_MS),
    besides: async (ids, read) => {
      const found = ids.map(find);
      const others = ids.filter((_, index) => found[index] === null);
      const said = found.filter((message) => message !== null);
      return others.length === 0 ? said : [...said, ...(await read(others))];
    },
  };
}
