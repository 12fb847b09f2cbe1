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
import { assertWithinRate } from './within-rate.ts';

/** The viewer was found to be in the room. */
export interface Saying extends RoomToSayIn {
  clientMessageId: string;
  draft: MessageDraft;
  /** Where the client's id and the room are in the mutation's arguments. */
  path: readonly string[];
  /** Further conditions, unless the message was sent before. */
  check?: () => Promise<void>;
}

export interface Said {
  message: Message;
  /** The message had been committed before; this is the first one. */
  duplicate: boolean;
}

/** The message sent under a client's id before, if it was the same; throws when it was a different one. */
export async function sentBefore(
  { reads }: Pick<ChatDeps, 'reads'>,
  { sentId, path }: Pick<Saying, 'sentId' | 'path'>,
  inputHash: string,
): Promise<Said | null> {
  const [first] = sentId === null ? [] : await reads.messages.findMany([sentId]);
  return first ? saidAgain(first, inputHash, path) : null;
}

function saidAgain(message: Message, inputHash: string, path: readonly string[]): Said {
  // The content of a deleted message is unknown, so it matches any.
  const isOther = message.inputHash !== null && message.inputHash !== inputHash;
  if (isOther) throw clientMessageIdReused([...path, 'clientMessageId']);
  return { message, duplicate: true };
}

/** Commits a message once, however often it is sent under its client's id. */
export async function say(deps: ChatDeps, userId: string, saying: Saying): Promise<Said> {
  const { room, clientMessageId, draft, path, check } = saying;
  const { id: roomId, kind, groupId } = room;
  const inputHash = draftHash(draft);
  const { isGrowing = false, ...said } = draft;
  // A client that retries gets its answer before any limit is applied: it posts nothing new.
  const repeated = await sentBefore(deps, saying, inputHash);
  if (repeated) return repeated;
  await assertWithinRate(deps, 'chat.send', { roomId, userId });
  await check?.();
  await waitUntilKnown(deps, [userId]);
  // A forwarded message mentions nobody.
  const mentions = draft.forwardedFromId
    ? []
    : await findMentions(deps.reads, { text: draft.text, room, viewerId: userId });
  const here = await whoIsHere(deps, deps.reads, { mentions, roomId, authorId: userId });

  const roomGone = () => notFound('Room', [...path, 'roomId']);
  const isKeeper = moderatesTalk(room, userId);
  const newPost = (at: Date) => ({
    id: deps.newId('msg'),
    authorId: userId,
    at,
    growingUntil: isGrowing ? growingUntil(at, at) : null,
    inputHash,
    isKeeper,
    ...{ roomId, clientMessageId, ...said, mentions, here },
  });
  /**
   * Subscribers in this process are shown it as posted: they learn of it before this transaction has ended
   * here.
   */
  const atHand = (message: Message | null): Message | null => {
    if (message) deps.sharedReads.justSaid.add(message);
    return message;
  };
  /**
   * Usually nothing prevents it: then it is posted by one statement, provided that everything the decision
   * was based on is still so.
   */
  const postAtOnce = async () => {
    if (mentions.length > 0 || !isSaidAtOnce(saying, { userId, now: deps.clock() })) return null;
    const { decidedBy } = saying;
    const message = await deps.transaction(
      async (stores) => atHand(await postMessage(stores, { ...newPost(deps.clock()), decidedBy })),
      { isOneStatement: true },
    );
    return message && { message, duplicate: false };
  };
  const post = () =>
    deps.transaction(async (stores) => {
      const support = room.support && (await stores.support.lock(roomId));
      const mostMessages = await mostMessagesIn(stores, room, userId, [...path, 'roomId']);
      if (groupId !== null) {
        // The rooms of a group are its members': they do not exist for anybody else.
        const { role, mute } = await stores.groups.standingOf(groupId, userId);
        if (role === null) throw roomGone();
        assertMaySpeakInGroup(mute, deps.clock());
      }
      const post = { ...newPost(deps.clock()), mostMessages };
      const { threadRootId } = draft;
      const message = atHand(
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
  try {
    return (await postAtOnce()) ?? (await post());
  } catch (error) {
    // The other of two equal sendings came first: the unique key rolled this one back as a whole.
    const first = isUniqueViolation(error)
      ? await deps.reads.messages.findSent(roomId, userId, clientMessageId)
      : null;
    if (!first) throw error;
    return saidAgain(first, inputHash, path);
  }
}

/** Whether what was read of a room allows this to be posted, and nothing else has to be done with it. */
const isSaidAtOnce = (
  { room, contact, draft }: Pick<Saying, 'room' | 'contact' | 'draft'>,
  { userId, now }: { userId: string; now: Date },
): boolean => {
  const { threadRootId, attachmentIds = [], embedIds = [] } = draft;
  if (threadRootId || attachmentIds.length > 0 || embedIds.length > 0 || room.support) return false;
  if (room.groupId !== null && room.role === null) return false;
  // The time of their previous message is known only once the room is locked.
  if (room.slowModeSeconds !== null && !moderatesTalk(room, userId)) return false;
  return isAllowed(() => {
    assertPostsIn(room, userId, now);
    if (isAmongThemselves(room) && mostMessages(room, userId, contact, []) !== null) {
      throw contactRefused([]);
    }
  });
};
