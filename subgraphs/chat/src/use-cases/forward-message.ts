import type { Viewer } from '@souk/runtime/domain';
import { assertMayForward, draftHash } from '../domain/message.ts';
import { keeperOf } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { visibleMessage } from './message-access.ts';
import { roomToSayIn } from './room-access.ts';
import { type Said, say, sentBefore } from './say.ts';

export interface Forwarding {
  messageId: string;
  roomId: string;
  clientMessageId: string;
}

/** Posts the current text of a message that the viewer sees in another room. */
export async function forwardMessage(
  deps: ChatDeps,
  viewer: Viewer,
  { messageId, roomId, clientMessageId }: Forwarding,
): Promise<Said> {
  const { userId } = viewer;
  const { message } = await visibleMessage(deps.reads, userId, messageId, ['messageId']);
  const place = await roomToSayIn(deps.reads, userId, { roomId, clientMessageId }, ['roomId']);
  const forwarding = { ...place, clientMessageId, path: [] };
  // A client that retries gets its answer, whatever has happened to the source meanwhile.
  const draft = { text: '', replyToId: null, forwardedFromId: messageId };
  const repeated = await sentBefore(deps, forwarding, draftHash(draft));
  if (repeated) return repeated;
  assertMayForward(message, deps.clock());
  const [attached] = await deps.reads.attachments.ofMessages([messageId]);
  const attachmentIds = attached?.mediaIds ?? [];
  const [embedded] = await deps.reads.embeds.ofMessages([messageId]);
  const embedIds = embedded?.entityIds ?? [];
  return say(deps, keeperOf(viewer), {
    ...forwarding,
    draft: { ...draft, text: message.text, attachmentIds, embedIds },
  });
}
