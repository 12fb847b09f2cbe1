import { isIdOf, notFound, rateLimited, type Viewer } from '@souk/runtime/domain';
import { isUniqueViolation } from '@souk/runtime/persistence';
import { clientMessageIdReused, notAParticipant } from '../domain/errors.ts';
import { draftHash, type Message } from '../domain/message.ts';
import type { GroupStore } from '../persistence/group-store.ts';
import type { MessageStore } from '../persistence/message-store.ts';
import type { ChatDeps } from './deps.ts';
import { postMessage } from './post-message.ts';
import { joinedRoom } from './room-access.ts';
import { waitUntilKnown } from './wait-until-known.ts';

export interface SendMessageInput {
  roomId: string;
  clientMessageId: string;
  text: string;
  replyToId?: string | null | undefined;
}

export interface SentMessage {
  message: Message;
  /** The message had been committed before; this is the first one. */
  duplicate: boolean;
}

export async function sendMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  input: SendMessageInput,
): Promise<SentMessage> {
  const { roomId, clientMessageId, text, replyToId = null } = input;
  const { messages } = deps.reads;
  const inputHash = draftHash({ text, replyToId });
  const { kind, groupId } = await joinedRoom(deps.reads, userId, roomId, ['input', 'roomId']);
  const sentBefore = async (): Promise<SentMessage | null> => {
    const first = await messages.findSent(roomId, userId, clientMessageId);
    if (first && first.inputHash !== inputHash) throw clientMessageIdReused();
    return first && { message: first, duplicate: true };
  };
  // A client that tries again gets its answer before any limit: it says nothing new.
  const repeated = await sentBefore();
  if (repeated) return repeated;
  await assertWithinRate(deps, `${roomId}:${userId}`);
  await assertInRoom(messages, replyToId, roomId, userId);

  await waitUntilKnown(deps, [userId]);

  const post = () =>
    deps.transaction(async (stores) => {
      if (groupId !== null) await assertMember(stores.groups, groupId, userId);
      const message = await postMessage(stores, {
        id: deps.newId('msg'),
        authorId: userId,
        at: deps.clock(),
        ...{ roomId, clientMessageId, text, replyToId },
      });
      if (message) return { message, duplicate: false };
      throw kind === 'PUBLIC' ? notAParticipant() : notFound('Room', ['input', 'roomId']);
    });
  try {
    return await post();
  } catch (error) {
    // The other of two equal sendings came first: the unique key undid this one as a whole.
    const first = isUniqueViolation(error) ? await sentBefore() : null;
    if (!first) throw error;
    return first;
  }
}

/** The rooms of a group are its members': to anybody else they are not there. */
async function assertMember(groups: GroupStore, groupId: string, userId: string): Promise<void> {
  const role = await groups.roleOf(groupId, userId);
  if (role === null) throw notFound('Room', ['input', 'roomId']);
}

async function assertWithinRate({ rateLimit, config }: ChatDeps, key: string): Promise<void> {
  const answer = await rateLimit.consume(key, {
    rule: 'chat.send',
    points: config.messagesPerWindow,
    perSeconds: config.messageWindowSeconds,
  });
  if (!answer.allowed) throw rateLimited(answer.retryAfterSeconds);
}

/** Throws unless what is answered to is a message of this room that the viewer sees. */
export async function assertInRoom(
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
