import type { RoomMessage } from '../persistence/room-store.ts';
import type { NotifyDeps, TransactionStores } from './deps.ts';
import { notify } from './notify.ts';

/** Tells people of a message in their room; its author knows. */
export const notifyOfMessage = (
  deps: NotifyDeps,
  stores: TransactionStores,
  { id, roomId, sequence, authorId, excerpt, postedAt }: RoomMessage,
  userIds: readonly string[],
): Promise<void> =>
  notify(
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
    userIds.filter((userId) => userId !== authorId),
  );
