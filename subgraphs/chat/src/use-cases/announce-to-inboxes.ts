import { type TransactionTools, userStream } from '@souk/runtime/events';

/** Somebody's joining or leaving of a room, and the sequence of that event in the room's stream. */
export interface InboxNews {
  roomId: string;
  userIds: readonly string[];
  sequence: number;
}

/** Events in one statement: a group may have tens of thousands of members. */
const AT_ONCE = 1_000;

/**
 * Tells people's own devices which rooms they are in. It comes after everything that is recorded in rooms,
 * since streams are locked in one order everywhere: a room's before a person's.
 */
export async function announceToInboxes(
  { events }: Pick<TransactionTools, 'events'>,
  type: 'chat.RoomAdded' | 'chat.RoomRemoved',
  news: readonly InboxNews[],
): Promise<void> {
  const notices = news
    .flatMap(({ roomId, userIds, sequence }) =>
      userIds.map((userId) => ({
        type,
        stream: userStream(userId),
        payload: { roomId, userId, sequence },
      })),
    )
    .sort((a, b) => (a.stream < b.stream ? -1 : 1));
  for (let from = 0; from < notices.length; from += AT_ONCE) {
    await events.appendAll(notices.slice(from, from + AT_ONCE));
  }
}
