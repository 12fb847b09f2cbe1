import { stoppable } from '@souk/runtime/async';
import { AUTHOR, cursorOf, messageIdOf, textOf } from '../room.ts';
import type { Spoken } from './spoken.ts';

/** One item of a subscription, with its place in the stream. */
export interface RoomItem {
  readonly position: number;
  readonly caughtUp: boolean;
  readonly item: Record<string, unknown>;
}

/** Replays the messages after a given one, sends that it has caught up, and continues live. */
export function roomStream(
  spoken: Spoken,
  after: number = spoken.head,
): AsyncIterableIterator<RoomItem> {
  // A generator that waits for a message would otherwise learn of its end only with that message.
  return stoppable((stopped) => roomItems(spoken, after, stopped));
}

async function* roomItems(
  spoken: Spoken,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<RoomItem, void, undefined> {
  const goal = spoken.head;
  for (let position = after; ; ) {
    if (position === goal) {
      const caughtUp = { __typename: 'CaughtUp', cursor: cursorOf(position) };
      yield { position, caughtUp: true, item: { ...caughtUp, replayed: goal - after } };
    }
    await spoken.after(position, signal);
    if (signal.aborted) return;
    position += 1;
    yield { position, caughtUp: false, item: messagePosted(position) };
  }
}

const messagePosted = (number: number) => ({
  __typename: 'MessagePosted',
  cursor: cursorOf(number),
  message: {
    id: messageIdOf(number),
    text: textOf(number),
    author: { __typename: 'User', id: AUTHOR.id },
  },
});
