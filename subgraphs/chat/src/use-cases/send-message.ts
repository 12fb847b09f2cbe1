import { isIdOf, notFound, rateLimited, type Viewer } from '@souk/runtime';
import type { Chat } from '../chat.ts';
import { clientMessageIdReused, notAParticipant, postingForbidden } from '../domain/errors.ts';
import { mayPost } from '../domain/group-rights.ts';
import { assertMessageText, draftHash, excerptOf, type Message } from '../domain/message.ts';
import { roomStream } from '../domain/room.ts';
import type { MessageStore } from '../persistence/message-store.ts';
import { joinedRoom } from './room-access.ts';

export interface SendMessageInput {
  roomId: string;
  clientMessageId: string;
  text: string;
  replyToId?: string | null | undefined;
}

export interface SentMessage {
  messageId: string;
  /** The message had been committed before; this is the first one. */
  duplicate: boolean;
}

export async function sendMessage(
  chat: Chat,
  { userId }: Viewer,
  input: SendMessageInput,
): Promise<SentMessage> {
  const { roomId, clientMessageId, text, replyToId = null } = input;
  assertMessageText(text);
  const inputHash = draftHash({ text, replyToId });
  const { kind, groupId } = await joinedRoom(chat.reads, userId, roomId, ['input', 'roomId']);
  const sentBefore = async (messages: MessageStore): Promise<SentMessage | null> => {
    const first = await messages.findSent(roomId, userId, clientMessageId);
    if (!first) return null;
    if (first.inputHash !== inputHash) throw clientMessageIdReused();
    return { messageId: first.id, duplicate: true };
  };
  // A client that tries again gets its answer before any limit: it says nothing new.
  const repeated = await sentBefore(chat.reads.messages);
  if (repeated) return repeated;
  await assertWithinRate(chat, `${roomId}:${userId}`);
  await assertInRoom(chat.reads.messages, replyToId, roomId, userId);

  return chat.transaction(async ({ participants, groups, rooms, messages, events }) => {
    // Locks are taken in one order everywhere: participant, room, stream. The first one also lines
    // up the sendings of one person to one room, so the second of two equal ones finds the first.
    if (!(await participants.lock(roomId, userId))) {
      throw kind === 'PUBLIC' ? notAParticipant() : notFound('Room', ['input', 'roomId']);
    }
    const meanwhile = await sentBefore(messages);
    if (meanwhile) return meanwhile;
    const role = groupId === null ? null : await groups.roleOf(groupId, userId);
    if (role !== null && !mayPost(role)) throw postingForbidden();
    const sentAt = chat.clock();
    const id = chat.newId('msg');
    const sequence = await rooms.takeSequence(roomId, sentAt);
    const event = await events.append({
      type: 'chat.MessagePosted',
      stream: roomStream(roomId),
      payload: { roomId, messageId: id, sequence, authorId: userId, excerpt: excerptOf(text) },
    });
    const message: Message = {
      id,
      roomId,
      sequence,
      clientMessageId,
      authorId: userId,
      text,
      replyToId,
      sentAt,
      inputHash,
    };
    await messages.add({ ...message, eventSequence: event.sequence });
    await participants.moveRead(roomId, userId, {
      messageSequence: sequence,
      eventSequence: event.sequence,
      at: sentAt,
    });
    return { messageId: id, duplicate: false };
  });
}

async function assertWithinRate({ rateLimit, config }: Chat, key: string): Promise<void> {
  const answer = await rateLimit.consume(key, {
    rule: 'chat.send',
    points: config.messagesPerWindow,
    perSeconds: config.messageWindowSeconds,
  });
  if (!answer.allowed) throw rateLimited(answer.retryAfterSeconds);
}

async function assertInRoom(
  messages: MessageStore,
  replyToId: string | null,
  roomId: string,
  viewerId: string,
): Promise<void> {
  if (replyToId === null) return;
  const [target] = isIdOf('msg', replyToId)
    ? await messages.findVisible([replyToId], viewerId)
    : [];
  if (target?.roomId !== roomId) throw notFound('Message', ['input', 'replyToId']);
}
