import { roomStream, type TransactionTools } from '@souk/runtime/events';
import { workThrough } from '@souk/runtime/process';
import { calledBy } from '../domain/mentions.ts';
import { excerptOf, type LiveMessage, type Message, placeOf } from '../domain/message.ts';
import type { Keeper, Room } from '../domain/room.ts';
import type { Stores } from '../persistence/stores.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions, whoIsHere } from './find-mentions.ts';

type Tools = Pick<Stores, 'messageEdits' | 'mentions' | 'users' | 'participants'> &
  TransactionTools;

/** From now on it is a message like any other: search finds it, and the people it mentions are notified. */
export async function finishMessage(
  deps: Pick<ChatDeps, 'presence'>,
  stores: Tools,
  message: LiveMessage,
  { text, room, author }: { text: string; room: Room | null; author: Keeper | null },
): Promise<Message> {
  const final = await stores.messageEdits.grow(message, { text, until: null, asStaff: false });
  const mentions = room && author ? await findMentions(stores, { text, room, author }) : [];
  await stores.mentions.replace(final, mentions);
  const { roomId } = message;
  const here = author
    ? await whoIsHere(deps, stores, { mentions, roomId, authorId: author.userId })
    : [];
  const called = calledBy(mentions, here);
  await announceGrowth(stores, final, {
    from: Math.min(message.text.length, text.length),
    isFinal: true,
    ...called,
  });
  return final;
}

export async function announceGrowth(
  { events }: Tools,
  message: Message,
  said: {
    from: number;
    isFinal: boolean;
    mentioned?: string[];
    mentionsAll?: 'EVERYONE' | null;
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

/**
 * Finishes messages to which nothing is appended any more, each in a transaction of its own; resolves to
 * their number.
 */
export async function finishOverdueMessages(
  deps: Pick<ChatDeps, 'transaction' | 'reads' | 'clock' | 'presence'>,
  stopping?: AbortSignal,
): Promise<number> {
  const { transaction, reads, clock } = deps;
  return workThrough({
    read: (limit) => reads.messageEdits.overdue(clock(), limit),
    work: (id) => transaction((stores) => finishOverdue(deps, stores, id, clock())),
    stopping,
  });
}

/** Before we got the lock, somebody else may have finished or deleted it. */
async function finishOverdue(
  deps: Pick<ChatDeps, 'presence'>,
  stores: Tools & Pick<Stores, 'rooms'>,
  id: string,
  at: Date,
): Promise<void> {
  const message = await stores.messageEdits.lock(id);
  if (!message || message.growingUntil === null || message.growingUntil > at) return;
  const text = message.text ?? '';
  const [room = null] = await stores.rooms.findVisible([message.roomId], message.authorId ?? '');
  const { authorId } = message;
  // Nobody is asking whose token says whether they are staff, so the message itself does.
  const isStaff = await stores.messageEdits.growsAsStaff(id);
  const author = authorId === null ? null : { userId: authorId, isStaff };
  await finishMessage(deps, stores, { ...message, text }, { text: text.trim(), room, author });
}
