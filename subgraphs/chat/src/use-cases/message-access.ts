import { isIdOf, notFound } from '@souk/runtime/domain';
import type { Message } from '../domain/message.ts';
import type { Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import { visibleRoom } from './room-access.ts';

export interface SeenMessage {
  message: Message;
  room: Room;
}

/**
 * A message and its room as the viewer sees both; a message that they may not see does not exist for them.
 */
export async function visibleMessage(
  { messages, rooms }: Pick<Stores, 'messages' | 'rooms'>,
  viewerId: string,
  messageId: string,
  path: readonly string[],
): Promise<SeenMessage> {
  const [message] = isIdOf('msg', messageId)
    ? await messages.findVisible([messageId], viewerId)
    : [];
  if (!message) throw notFound('Message', path);
  return { message, room: await visibleRoom({ rooms }, viewerId, message.roomId, path) };
}

/**
 * The message and its room, locked until the transaction ends: the viewer stays in the room, and nobody else
 * changes the message. Locks are taken in one order everywhere: participant, message, event stream.
 */
export async function lockedMessage(
  stores: Pick<Stores, 'messages' | 'rooms' | 'participants' | 'messageEdits'>,
  viewerId: string,
  messageId: string,
  path: readonly string[],
): Promise<SeenMessage> {
  const seen = await visibleMessage(stores, viewerId, messageId, path);
  await stores.participants.lock(seen.message.roomId, viewerId);
  const message = await stores.messageEdits.lock(messageId);
  if (!message) throw notFound('Message', path);
  // Before we got the locks, the viewer may have been removed.
  return { message, room: await visibleRoom(stores, viewerId, message.roomId, path) };
}
