import { isCalled, isMuted, wantsKind } from '../domain/room-preference.ts';
import type { RoomMessage } from '../persistence/room-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notify } from './notify.ts';

/**
 * Notifies people of a message in their room, except its author and those who have read it. People who are
 * mentioned get a notice that says so.
 */
export async function notifyOfMessage(
  deps: NotifyDeps,
  stores: TransactionStores,
  message: RoomMessage,
  userIds: readonly string[],
): Promise<void> {
  const { id, roomId, sequence, authorId, excerpt, postedAt } = message;
  const others = userIds.filter((userId) => userId !== authorId);
  const readers = await stores.rooms.readersOf(roomId, sequence, others);
  const preferences = await stores.roomPreferences.findMany(roomId, others);
  const now = deps.clock();
  const muted = new Set(preferences.filter((one) => isMuted(one, now)).map(({ userId }) => userId));
  const called = others.filter((userId) => isCalled(userId, message));
  for (const kind of ['MENTION', 'MESSAGE'] as const) {
    const below = preferences
      .filter(({ notify: level }) => !wantsKind(level, kind))
      .map(({ userId }) => userId);
    await notify(
      deps,
      stores,
      {
        sourceId: id,
        kind,
        title: null,
        body: excerpt,
        actorId: authorId,
        subject: kind === 'MENTION' ? `mention:${roomId}` : `room:${roomId}`,
        roomId,
        messageId: id,
        orderId: null,
        target: null,
        words: null,
        sequence,
        at: postedAt,
      },
      kind === 'MENTION' ? called : others.filter((userId) => !called.includes(userId)),
      { readers, muted, below: new Set(below) },
    );
  }
}
