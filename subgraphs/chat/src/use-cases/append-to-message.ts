import { rateLimited, type Viewer } from '@souk/runtime/domain';
import { roomStream } from '@souk/runtime/events';
import { editConflict } from '../domain/errors.ts';
import {
  assertMayAppend,
  GROWS_ON_MS,
  grownText,
  PIECES_PER_SECOND,
} from '../domain/growing-message.ts';
import { excerptOf, type Message, placeOf } from '../domain/message.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions } from './find-mentions.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';

export interface AppendMessageInput {
  messageId: string;
  expectedRevision: number;
  text: string;
  final?: boolean | null | undefined;
}

const PATH = ['input', 'messageId'];
const ALLOWANCE = { rule: 'chat.append', points: PIECES_PER_SECOND, perSeconds: 1 };

/**
 * Says more of a message that grows. Whoever tries again with the same revision is told by the conflict that it was
 * done. The last piece is never too early: it ends what others wait for.
 */
export async function appendToMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  { messageId, expectedRevision, text: piece, final }: AppendMessageInput,
): Promise<Message> {
  const { roomId } = (await visibleMessage(deps.reads, userId, messageId, PATH)).message;
  const isLast = final ?? false;
  if (!isLast) {
    const { allowed, retryAfterSeconds } = await deps.rateLimit.consume(messageId, ALLOWANCE);
    if (!allowed) throw rateLimited(retryAfterSeconds);
  }
  return deps.transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, PATH);
    const at = deps.clock();
    assertMayAppend(message, room, userId, at);
    if (message.revision !== expectedRevision) throw editConflict(message.revision);
    const text = grownText(message.text, piece, { isLast, path: ['input', 'text'] });
    const until = isLast ? null : new Date(at.getTime() + GROWS_ON_MS);
    const grown = await stores.messageEdits.grow(message, { text, until });
    if (isLast) {
      const mentions = await findMentions(stores, { text, room, viewerId: userId });
      await stores.mentions.replace(grown, mentions);
    }
    const said = { revision: grown.revision, appended: piece, excerpt: excerptOf(text) };
    await stores.events.append({
      type: 'chat.MessageGrew',
      stream: roomStream(roomId),
      payload: { ...placeOf(grown), ...said, isFinal: isLast },
    });
    return grown;
  });
}
