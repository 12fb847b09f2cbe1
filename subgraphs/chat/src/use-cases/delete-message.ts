import type { Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { assertMayDelete, type Message, placeOf } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';
import { lockedMessage } from './message-access.ts';

/** Takes back what a message said; one that was taken back already stays so. */
export const deleteMessage = (
  { transaction, clock }: ChatDeps,
  { userId }: Viewer,
  messageId: string,
): Promise<Message> =>
  transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, ['messageId']);
    assertMayDelete(message, room, userId);
    if (message.deletedAt !== null) return message;
    const { roomId } = message;
    const tombstone = await stores.messageEdits.erase(messageId, { userId, at: clock() });
    await stores.events.append({
      type: 'chat.MessageDeleted',
      stream: roomStream(roomId),
      payload: { ...placeOf(message), deletedBy: userId },
    });
    return tombstone;
  });
