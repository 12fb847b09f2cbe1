import type { Viewer } from '@souk/runtime/domain';
import { assertLive } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';
import { joinedRoom } from './room-access.ts';
import { type Said, say } from './say.ts';

export interface Forwarding {
  messageId: string;
  roomId: string;
  clientMessageId: string;
}

/** Says in a room what a message that the viewer sees says at this moment. */
export async function forwardMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  { messageId, roomId, clientMessageId }: Forwarding,
): Promise<Said> {
  const { message } = await visibleMessage(deps.reads, userId, messageId, ['messageId']);
  const room = await joinedRoom(deps.reads, userId, roomId, ['roomId']);
  assertLive(message);
  // Who hands on what was handed on names the same source.
  const forwardedFromId = message.forwardedFromId ?? messageId;
  const draft = { text: message.text, replyToId: null, forwardedFromId };
  return say(deps, userId, { room, clientMessageId, draft, path: [] });
}
