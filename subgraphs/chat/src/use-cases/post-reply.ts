import { roomStream, type TransactionTools } from '@souk/runtime/events';
import { calledBy } from '../domain/mentions.ts';
import { draftHash, excerptOf, type Message, UNTOUCHED } from '../domain/message.ts';
import { assertMayPost } from '../domain/room.ts';
import { threadIdOf } from '../domain/thread.ts';
import type { Stores } from '../persistence/stores.ts';
import type { NewPost } from './post-message.ts';
import { visibleRoom } from './room-access.ts';

type Tools = Pick<Stores, 'rooms' | 'participants' | 'messages' | 'mentions' | 'threads'> &
  TransactionTools;

/**
 * Commits a reply to a thread and the event that tells of it; null when its author is not in the room.
 * Its author follows the thread from now on, and so do the author of what it is about and who is named, unless
 * they said that they do not. Locks: participant, thread, event stream.
 */
export async function postReply(
  { rooms, participants, messages, mentions: mentionStore, threads, events }: Tools,
  {
    at,
    mentions = [],
    threadRootId: rootId,
    isKeeper = false,
    ...said
  }: NewPost & { threadRootId: string },
): Promise<Message | null> {
  const { id, roomId, authorId, text } = said;
  if (!(await participants.lock(roomId, authorId))) return null;
  const room = await visibleRoom({ rooms }, authorId, roomId, ['input', 'roomId']);
  const lastPostedAt = room.participation?.lastPostedAt ?? null;
  assertMayPost(room, { isKeeper, lastPostedAt, now: at });
  const { sequence, sentAt } = await threads.takeSequence({ rootId, roomId }, at);
  const called = calledBy(mentions);
  const event = await events.append({
    type: 'chat.ThreadReplied',
    stream: roomStream(roomId),
    payload: {
      ...{ roomId, messageId: id, threadId: threadIdOf(rootId), sequence, authorId },
      ...{ excerpt: excerptOf(text), ...called },
    },
  });
  const message: Message = {
    ...{ ...said, ...UNTOUCHED, sequence, sentAt, eventSequence: event.sequence },
    ...{ threadRootId: rootId, forwardedFromId: null },
    inputHash: draftHash({ ...said, threadRootId: rootId }),
  };
  await messages.addReply(message);
  await mentionStore.add(message, mentions);
  await follow({ participants, messages, threads }, message, called.mentioned);
  return message;
}

async function follow(
  { participants, messages, threads }: Pick<Tools, 'participants' | 'messages' | 'threads'>,
  { roomId, authorId, threadRootId, sequence }: Message,
  mentioned: readonly string[],
): Promise<void> {
  if (threadRootId === null || authorId === null) return;
  const isFirst = sequence === 1;
  const [root] = isFirst ? await messages.findMany([threadRootId]) : [];
  const called = [...mentioned, ...(root?.authorId ? [root.authorId] : [])];
  if (called.length > 0) {
    await threads.beginToFollow(threadRootId, await participants.presentAmong(roomId, called));
  }
  const place = { rootId: threadRootId, userId: authorId, readUpTo: sequence, following: true };
  await threads.move(place);
}
