import { wantsMessage } from '../domain/room-preference.ts';
import type { RoomMessage } from '../persistence/room-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notify } from './notify.ts';

/** Tells people of a message in their room; its author knows, and so does who has read it. */
export const notifyOfMessage = async (
  deps: NotifyDeps,
  stores: TransactionStores,
  message: RoomMessage,
  userIds: readonly string[],
): Promise<void> => {
  const { id, roomId, sequence, authorId, excerpt, postedAt } = message;
  const others = userIds.filter((userId) => userId !== authorId);
  const readers = await stores.rooms.readersOf(roomId, sequence, others);
  const preferences = await stores.roomPreferences.findMany(roomId, others);
  const unwilling = new Set(
    preferences
      .filter((preference) => !wantsMessage(preference, message, deps.clock()))
      .map(({ userId }) => userId),
  );
  await notify(
    deps,
    stores,
    {
      sourceId: id,
      kind: 'MESSAGE',
      subject: `room:${roomId}`,
      title: null,
      body: excerpt,
      actorId: authorId,
      roomId,
      messageId: id,
      orderId: null,
      sequence,
      at: postedAt,
    },
    others,
    { readers, unwilling },
  );
};
