import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { assertLive } from '../domain/message.ts';
import type { MessageStore } from '../persistence/message-store.ts';
import type { ChatDeps } from './deps.ts';
import { joinedRoom } from './room-access.ts';
import { type Said, say } from './say.ts';

export interface SendMessageInput {
  roomId: string;
  clientMessageId: string;
  text: string;
  replyToId?: string | null | undefined;
}

/** Says something in a room the viewer is in. */
export async function sendMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  input: SendMessageInput,
): Promise<Said> {
  const { roomId, clientMessageId, text, replyToId = null } = input;
  const room = await joinedRoom(deps.reads, userId, roomId, ['input', 'roomId']);
  return say(deps, userId, {
    ...{ room, clientMessageId },
    draft: { text, replyToId },
    path: ['input'],
    check: () => assertInRoom(deps.reads.messages, replyToId, roomId, userId),
  });
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
  assertLive(target);
}
