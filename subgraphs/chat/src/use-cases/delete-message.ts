import type { Viewer } from '@souk/runtime/domain';
import { roomStream, type TransactionTools } from '@souk/runtime/events';
import { assertMayDelete, type Message, placeOf } from '../domain/message.ts';
import { keeperOf } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { lockedMessage } from './message-access.ts';

/** Deletes the content of a message; a deleted one stays deleted. */
export const deleteMessage = (
  { transaction, clock }: ChatDeps,
  viewer: Viewer,
  { messageId, reason = null }: { messageId: string; reason?: string | null | undefined },
): Promise<Message> =>
  transaction(async (stores) => {
    const { userId } = viewer;
    const { message, room } = await lockedMessage(stores, userId, messageId, ['messageId']);
    assertMayDelete(message, room, keeperOf(viewer));
    if (message.deletedAt !== null) return message;
    const isOwn = message.authorId === userId;
    return eraseMessage(stores, message, {
      by: userId,
      at: clock(),
      reason: isOwn ? null : reason || null,
    });
  });

/** Deletes the content of a locked message, and appends the event. */
export async function eraseMessage(
  { messageEdits, events }: Pick<Stores, 'messageEdits'> & TransactionTools,
  message: Message,
  { by, at, reason }: { by: string; at: Date; reason: string | null },
): Promise<Message> {
  const tombstone = await messageEdits.erase(message.id, { userId: by, at, reason });
  await events.append({
    type: 'chat.MessageDeleted',
    stream: roomStream(message.roomId),
    payload: { ...placeOf(message), deletedBy: by },
  });
  return tombstone;
}
