import { roomStream, type TransactionTools, userStream } from '@souk/runtime/events';
import { contactRefused } from '../domain/errors.ts';
import { calledBy } from '../domain/mentions.ts';
import { draftHash, excerptOf, type Message, UNTOUCHED } from '../domain/message.ts';
import { assertMayPost } from '../domain/room.ts';
import { threadIdOf } from '../domain/thread.ts';
import type { Stores } from '../persistence/stores.ts';
import type { NewPost } from './post-message.ts';
import { assertStillMay } from './room-access.ts';

type Tools = Pick<
  Stores,
  'rooms' | 'participants' | 'messages' | 'mentions' | 'threads' | 'attachments' | 'embeds'
> &
  TransactionTools;

/**
 * Commits a reply to a thread and its event; null when its author is not in the room.
 * Its author follows the thread from now on, and so do the author of its root and the people it mentions,
 * unless they have unfollowed it. Replying means having read what came before, which the author's other
 * devices and notices are told. Locks: participant, thread, event streams.
 */
export async function postReply(
  {
    rooms,
    participants,
    messages,
    mentions: mentionStore,
    threads,
    attachments,
    embeds,
    events,
  }: Tools,
  {
    at,
    mentions = [],
    here = [],
    threadRootId: rootId,
    isKeeper = false,
    mostMessages = null,
    attachmentIds = [],
    embedIds = [],
    growingUntil = null,
    growsAsStaff = false,
    inputHash,
    ...said
  }: NewPost & { threadRootId: string },
): Promise<Message | null> {
  const { id, roomId, authorId, text } = said;
  // People who have not agreed to hear from somebody have no threads with them.
  if (mostMessages !== null) throw contactRefused(['input', 'roomId']);
  if (!(await participants.lock(roomId, authorId))) return null;
  const { sequence, sentAt } = await threads.takeSequence({ rootId, roomId }, at);
  const { mentioned: named, mentionsAll } = calledBy(mentions, []);
  const place = { rootId, authorId, sequence };
  const { called, hasReadMore } = await follow({ messages, threads }, place, named);
  // People who are mentioned only for being present are notified, but do not follow the thread.
  const seers = here.length > 0 ? await threads.seenByAmong(rootId, here) : [];
  const mentioned = [...new Set([...called, ...seers])];
  const followerIds = await threads.followersOf(rootId, MAX_FOLLOWER_IDS);
  const threadId = threadIdOf(rootId);
  const [event] = await events.appendAll([
    {
      type: 'chat.ThreadReplied',
      stream: roomStream(roomId),
      payload: {
        roomId,
        messageId: id,
        threadId,
        sequence,
        authorId,
        ...{ excerpt: excerptOf(text), mentioned, mentionsAll },
        attachments: attachmentIds.length,
        embeds: embedIds.length,
        followerIds: followerIds.filter((userId) => userId !== authorId),
      },
    },
    ...(hasReadMore
      ? [
          {
            type: 'chat.ThreadRead' as const,
            stream: userStream(authorId),
            payload: { roomId, threadId, userId: authorId },
          },
        ]
      : []),
  ]);
  await assertStillMay({ rooms }, authorId, { roomId, path: ['input', 'roomId'] }, (room) => {
    const lastPostedAt = room.participation?.lastPostedAt ?? null;
    assertMayPost(room, { isKeeper, lastPostedAt, now: at });
  });
  const message: Message = {
    ...{ ...said, ...UNTOUCHED, sequence, sentAt, eventSequence: event?.sequence ?? 0 },
    threadRootId: rootId,
    forwardedFromId: null,
    growingUntil,
    inputHash: inputHash ?? draftHash({ ...said, threadRootId: rootId }),
  };
  await messages.addReply(message, { growsAsStaff });
  await mentionStore.add(message, mentions);
  await attachments.add(id, attachmentIds);
  await embeds.add(id, embedIds);
  return message;
}

/** How many followers of the thread an event lists; further ones are notified by the room only. */
const MAX_FOLLOWER_IDS = 500;

/**
 * Resolves to those of the mentioned people who see the thread, since it does not exist for others; and to
 * whether there was something before the reply that its author had not read.
 */
async function follow(
  { messages, threads }: Pick<Tools, 'messages' | 'threads'>,
  reply: { rootId: string; authorId: string; sequence: number },
  mentioned: readonly string[],
): Promise<{ called: string[]; hasReadMore: boolean }> {
  const { rootId, authorId: userId, sequence: readUpTo } = reply;
  const isFirst = readUpTo === 1;
  const [root] = isFirst ? await messages.findMany([rootId]) : [];
  const concerned = [...mentioned, ...(root?.authorId ? [root.authorId] : [])];
  const seers = concerned.length > 0 ? await threads.seenByAmong(rootId, concerned) : [];
  await threads.beginToFollow(rootId, seers);
  const before = await threads.move({ rootId, userId, readUpTo, following: true });
  await threads.raise(rootId);
  return {
    called: mentioned.filter((id) => seers.includes(id)),
    hasReadMore: before !== null && before < readUpTo - 1,
  };
}
