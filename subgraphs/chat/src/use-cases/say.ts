import { isAllowed, notFound } from '@souk/runtime/domain';
import { isUniqueViolation } from '@souk/runtime/persistence';
import { mostMessages } from '../domain/contact.ts';
import { clientMessageIdReused, contactRefused, notAParticipant } from '../domain/errors.ts';
import { growingUntil } from '../domain/growing-message.ts';
import { draftHash, type Message, type MessageDraft } from '../domain/message.ts';
import {
  assertMaySpeakInGroup,
  assertPostsIn,
  isAmongThemselves,
  type Keeper,
  moderatesTalk,
} from '../domain/room.ts';
import type { RoomToSayIn } from '../persistence/room-store.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions, whoIsHere } from './find-mentions.ts';
import { passTurn } from './help-in-support-room.ts';
import { postMessage } from './post-message.ts';
import { postReply } from './post-reply.ts';
import { mostMessagesIn } from './set-blocked.ts';
import { waitUntilKnown } from './wait-until-known.ts';
import { assertWithinRate, giveRateBack, isWithinRate } from './within-rate.ts';

/** The viewer was found to be in the room. */
export interface Saying extends RoomToSayIn {
  clientMessageId: string;
  draft: MessageDraft;
  /** Where the client's id and the room are in the mutation's arguments. */
  path: readonly string[];
  /** Further conditions, unless the message was sent before. */
  check?: () => Promise<void>;
  /** It was counted towards the author's rate already. */
  isCounted?: boolean;
}

export interface Said {
  message: Message;
  /** The message had been committed before; this is the first one. */
  duplicate: boolean;
}

/** The message sent under a client's id before, if it was the same; throws when it was a different one. */
export async function sentBefore(
  deps: Pick<ChatDeps, 'reads'>,
  saying: Pick<Saying, 'sentId' | 'path'>,
  inputHash: string,
): Promise<Said | null> {
  const first = await firstSent(deps, saying);
  return first ? saidAgain(first, inputHash, saying.path) : null;
}

async function firstSent(
  { reads }: Pick<ChatDeps, 'reads'>,
  { sentId }: Pick<Saying, 'sentId'>,
): Promise<Message | null> {
  const [first] = sentId === null ? [] : await reads.messages.findMany([sentId]);
  return first ?? null;
}

function saidAgain(message: Message, inputHash: string, path: readonly string[]): Said {
  // The content of a deleted message is unknown, so it matches any.
  const isOther = message.inputHash !== null && message.inputHash !== inputHash;
  if (isOther) throw clientMessageIdReused([...path, 'clientMessageId']);
  return { message, duplicate: true };
}

/**
 * Posts a plain message of somebody who posted in the room before, decided by what was read of it then: nothing
 * is read, as the statement that posts it compares what it was decided by with what is so now. Resolves to
 * null when it has to be read.
 */
export async function sayAsBefore(
  deps: ChatDeps,
  author: Keeper,
  saying: Saying,
): Promise<{ said: Said | null; isCounted: boolean }> {
  const { userId } = author;
  const { room, draft } = saying;
  const isPlain = draft.replyToId === null && !draft.text.includes('@');
  if (!isPlain || !isSaidAtOnce(saying, author, deps.clock())) {
    return { said: null, isCounted: false };
  }
  // Who is over the limit may be retrying, and that is known only once what they sent before is read.
  const rate = { roomId: room.id, userId };
  const isCounted = await isWithinRate(deps, 'chat.send', rate);
  if (!isCounted) return { said: null, isCounted };
  await waitUntilKnown(deps, [userId]);
  const said = await saidOnce(deps, userId, saying, () => postAtOnce(deps, author, saying));
  if (!said) deps.roomsSaidIn.forget(room.id, userId);
  return { said, isCounted };
}

/** Commits a message once, however often it is sent under its client's id. */
export async function say(deps: ChatDeps, author: Keeper, saying: Saying): Promise<Said> {
  const { userId } = author;
  const { room, draft, path, check, isCounted = false } = saying;
  const { id: roomId, kind, groupId } = room;
  // A client that retries gets its answer before any limit is applied: it posts nothing new.
  const first = await firstSent(deps, saying);
  if (first) {
    if (isCounted) await giveRateBack(deps, 'chat.send', { roomId, userId });
    return saidAgain(first, draftHash(draft), path);
  }
  if (!isCounted) await assertWithinRate(deps, 'chat.send', { roomId, userId });
  await check?.();
  await waitUntilKnown(deps, [userId]);
  // A forwarded message mentions nobody.
  const mentions = draft.forwardedFromId
    ? []
    : await findMentions(deps.reads, { text: draft.text, room, author });
  const here = await whoIsHere(deps, deps.reads, { mentions, roomId, authorId: userId });

  const roomGone = () => notFound('Room', [...path, 'roomId']);
  const isSimple = mentions.length === 0 && isSaidAtOnce(saying, author, deps.clock());
  const post = () =>
    deps.transaction(async (stores) => {
      if (draft.isGrowing && author.isStaff) await stores.messageEdits.lockGrowingOf(userId);
      const support = room.support && (await stores.support.lock(roomId));
      const mostMessages = await mostMessagesIn(stores, room, userId, [...path, 'roomId']);
      let roomNow = room;
      if (groupId !== null) {
        // The rooms of a group are its members': they do not exist for anybody else.
        const { role, mute } = await stores.groups.standingOf(groupId, userId);
        if (role === null) throw roomGone();
        assertMaySpeakInGroup(mute, deps.clock());
        roomNow = { ...room, role };
      }
      const post = {
        ...newPost(deps, author, { ...saying, room: roomNow }),
        mentions,
        here,
        mostMessages,
      };
      const { threadRootId } = draft;
      const message = atHand(
        deps,
        threadRootId
          ? await postReply(stores, { ...post, threadRootId })
          : await postMessage(stores, post),
      );
      if (message && support) {
        await passTurn(stores, roomId, support, { authorId: userId, sentAt: message.sentAt });
      }
      if (message) return { message, duplicate: false };
      throw kind === 'PUBLIC' ? notAParticipant() : roomGone();
    });
  return saidOnce(
    deps,
    userId,
    saying,
    async () => (isSimple ? await postAtOnce(deps, author, saying) : null) ?? post(),
  );
}

/** A message of this moment, before anybody is known whom it mentions. */
function newPost(deps: ChatDeps, author: Keeper, { room, clientMessageId, draft }: Saying) {
  const { isGrowing = false, ...said } = draft;
  const at = deps.clock();
  return {
    id: deps.newId('msg'),
    ...{ roomId: room.id, authorId: author.userId, clientMessageId, at, ...said },
    growingUntil: isGrowing ? growingUntil(at, at) : null,
    growsAsStaff: isGrowing && author.isStaff,
    inputHash: draftHash(draft),
    isKeeper: moderatesTalk(room, author),
  };
}

/**
 * Usually nothing prevents a message: then it is posted by one statement, provided that everything the
 * decision was based on is still so; null when it is not.
 */
async function postAtOnce(deps: ChatDeps, author: Keeper, saying: Saying): Promise<Said | null> {
  const post = { ...newPost(deps, author, saying), decidedBy: saying.decidedBy };
  const message = await deps.transaction(
    async (stores) => atHand(deps, await postMessage(stores, post)),
    { isOneStatement: true },
  );
  return message && { message, duplicate: false };
}

/**
 * Subscribers in this process are shown it as posted: they learn of it before its transaction has ended here.
 */
function atHand({ sharedReads }: ChatDeps, message: Message | null): Message | null {
  if (message) sharedReads.justSaid.add(message);
  return message;
}

/**
 * The first message under the client's id, where the other of two sendings came first. What this one had counted is
 * given back, also when it is refused for being a different message: it would not be counted either if the first had
 * been read before.
 */
async function saidOnce<Result>(
  deps: ChatDeps,
  userId: string,
  { room, clientMessageId, draft, path }: Saying,
  work: () => Promise<Result>,
): Promise<Result | Said> {
  try {
    return await work();
  } catch (error) {
    // The unique key rolled this one back as a whole.
    const first = isUniqueViolation(error)
      ? await deps.reads.messages.findSent(room.id, userId, clientMessageId)
      : null;
    if (!first) throw error;
    await giveRateBack(deps, 'chat.send', { roomId: room.id, userId });
    return saidAgain(first, draftHash(draft), path);
  }
}

/** Whether what was read of a room allows this to be posted, and nothing else has to be done with it. */
const isSaidAtOnce = (
  { room, contact, draft }: Pick<Saying, 'room' | 'contact' | 'draft'>,
  author: Keeper,
  now: Date,
): boolean => {
  const { threadRootId, attachmentIds = [], embedIds = [], isGrowing } = draft;
  // Another lock is needed for it (`lockGrowingOf`).
  if (isGrowing && author.isStaff) return false;
  if (threadRootId || attachmentIds.length > 0 || embedIds.length > 0 || room.support) return false;
  if (room.groupId !== null && room.role === null) return false;
  // The time of their previous message is known only once the room is locked.
  if (room.slowModeSeconds !== null && !moderatesTalk(room, author)) return false;
  return isAllowed(() => {
    assertPostsIn(room, author, now);
    if (isAmongThemselves(room) && mostMessages(room, author.userId, contact, []) !== null) {
      throw contactRefused([]);
    }
  });
};
