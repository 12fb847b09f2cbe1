import { rateLimited, type Viewer } from '@souk/runtime/domain';
import { roomStream, type TransactionTools } from '@souk/runtime/events';
import { contactRefused, editConflict } from '../domain/errors.ts';
import {
  APPENDS_PER_SECOND,
  assertMayAppend,
  growingUntil,
  grownText,
} from '../domain/growing-message.ts';
import { calledBy } from '../domain/mentions.ts';
import { excerptOf, type LiveMessage, type Message, placeOf } from '../domain/message.ts';
import type { Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions } from './find-mentions.ts';
import { lockedMessage, visibleMessage } from './message-access.ts';
import { mostMessagesIn } from './set-blocked.ts';

export interface AppendMessageInput {
  messageId: string;
  expectedRevision: number;
  text: string;
  final?: boolean | null | undefined;
}

const PATH = ['input', 'messageId'];
const ALLOWANCE = { rule: 'chat.append', points: APPENDS_PER_SECOND, perSeconds: 1 };

/**
 * Appends to a message that grows. Whoever tries again with the same revision is told by the conflict that it was
 * done. The final piece is never too early: it ends what others wait for.
 */
export async function appendToMessage(
  deps: ChatDeps,
  { userId }: Viewer,
  { messageId, expectedRevision, text: piece, final }: AppendMessageInput,
): Promise<Message> {
  const isLast = final ?? false;
  const seen = await visibleMessage(deps.reads, userId, messageId, PATH);
  assertMayAppend(seen.message, seen.room, userId, deps.clock());
  if (!isLast) {
    const { allowed, retryAfterSeconds } = await deps.rateLimit.consume(userId, ALLOWANCE);
    if (!allowed) throw rateLimited(retryAfterSeconds);
  }
  return deps.transaction(async (stores) => {
    const { message, room } = await lockedMessage(stores, userId, messageId, PATH);
    const at = deps.clock();
    assertMayAppend(message, room, userId, at);
    // Who is blocked, or was not agreed to, says nothing more by this way, either.
    const most = await mostMessagesIn(stores, room, userId, PATH);
    if (most !== null && message.sequence > most) throw contactRefused(PATH);
    if (message.revision !== expectedRevision) throw editConflict(message.revision);
    const text = grownText(message.text, piece, { isLast, path: ['input', 'text'] });
    if (isLast) return finish(stores, message, { text, room });
    const until = growingUntil(message.sentAt, at);
    const grown = await stores.messageEdits.grow(message, { text, until });
    await tell(stores, grown, { from: message.text.length, isFinal: false });
    return grown;
  });
}

type Tools = Pick<Stores, 'messageEdits' | 'mentions' | 'users'> & TransactionTools;

/** From now on it is a message like any other: it is found by its words, and those whom it names are called. */
async function finish(
  stores: Tools,
  message: LiveMessage,
  { text, room }: { text: string; room: Room | null },
): Promise<Message> {
  const final = await stores.messageEdits.grow(message, { text, until: null });
  const viewerId = message.authorId;
  const mentions =
    room && viewerId !== null ? await findMentions(stores, { text, room, viewerId }) : [];
  await stores.mentions.replace(final, mentions);
  const called = calledBy(mentions);
  await tell(stores, final, {
    from: Math.min(message.text.length, text.length),
    isFinal: true,
    ...called,
  });
  return final;
}

async function tell(
  { events }: Tools,
  message: Message,
  said: {
    from: number;
    isFinal: boolean;
    mentioned?: string[];
    mentionsAll?: 'HERE' | 'EVERYONE' | null;
  },
): Promise<void> {
  const { revision, roomId, text } = message;
  await events.append({
    type: 'chat.MessageGrew',
    stream: roomStream(roomId),
    payload: {
      ...{ ...placeOf(message), revision, mentioned: [], mentionsAll: null, ...said },
      excerpt: said.isFinal ? excerptOf(text ?? '') : '',
    },
  });
}

const AT_ONCE = 50;

/** Ends messages whose authors fell silent, each in a transaction of its own; resolves to how many. */
export async function finishOverdueMessages({
  transaction,
  clock,
}: Pick<ChatDeps, 'transaction' | 'clock'>): Promise<number> {
  let finished = 0;
  while (finished < AT_ONCE && (await transaction((stores) => finishNext(stores, clock())))) {
    finished += 1;
  }
  return finished;
}

/** False when there is none. */
async function finishNext(stores: Tools & Pick<Stores, 'rooms'>, at: Date): Promise<boolean> {
  const [message] = await stores.messageEdits.takeOverdue(at, 1);
  if (!message) return false;
  const text = message.text ?? '';
  const [room = null] = await stores.rooms.findVisible([message.roomId], message.authorId ?? '');
  await finish(stores, { ...message, text }, { text: text.trim(), room });
  return true;
}
