import { notFound } from '@souk/runtime/domain';
import { isUniqueViolation } from '@souk/runtime/persistence';
import { clientMessageIdReused, notAParticipant } from '../domain/errors.ts';
import { growingUntil } from '../domain/growing-message.ts';
import { draftHash, type Message, type MessageDraft } from '../domain/message.ts';
import { assertMaySpeakInGroup, moderatesTalk, type Room } from '../domain/room.ts';
import type { ChatDeps } from './deps.ts';
import { findMentions, whoIsHere } from './find-mentions.ts';
import { passTurn } from './help-in-support-room.ts';
import { postMessage } from './post-message.ts';
import { postReply } from './post-reply.ts';
import { mostMessagesIn } from './set-blocked.ts';
import { waitUntilKnown } from './wait-until-known.ts';
import { assertWithinRate } from './within-rate.ts';

export interface Saying {
  /** The viewer was seen in it. */
  room: Room;
  clientMessageId: string;
  /** The message that they sent there under this id before. */
  sentId: string | null;
  draft: MessageDraft;
  /** Where in the mutation's arguments the client's id and the room stand. */
  path: readonly string[];
  /** What else has to be so, unless the message was sent before. */
  check?: () => Promise<void>;
}

export interface Said {
  message: Message;
  /** The message had been committed before; this is the first one. */
  duplicate: boolean;
}

/** What was sent under a client's id before, if it was the same; throws when it was something else. */
export async function sentBefore(
  { reads }: Pick<ChatDeps, 'reads'>,
  { sentId, path }: Pick<Saying, 'sentId' | 'path'>,
  inputHash: string,
): Promise<Said | null> {
  const [first] = sentId === null ? [] : await reads.messages.findMany([sentId]);
  return first ? saidAgain(first, inputHash, path) : null;
}

function saidAgain(message: Message, inputHash: string, path: readonly string[]): Said {
  // Of what was deleted nobody knows any more what it was.
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
  // A client that tries again gets its answer before any limit: it says nothing new.
  const repeated = await sentBefore(deps, saying, inputHash);
  if (repeated) return repeated;
  await assertWithinRate(deps, 'chat.send', { roomId, userId });
  await check?.();
  await waitUntilKnown(deps, [userId]);
  // Who hands on what others said calls nobody.
  const mentions = draft.forwardedFromId
    ? []
    : await findMentions(deps.reads, { text: draft.text, room, viewerId: userId });
  const here = await whoIsHere(deps, deps.reads, { mentions, roomId, authorId: userId });

  const roomGone = () => notFound('Room', [...path, 'roomId']);
  const post = () =>
    deps.transaction(async (stores) => {
      const support = room.support && (await stores.support.lock(roomId));
      const mostMessages = await mostMessagesIn(stores, room, userId, [...path, 'roomId']);
      if (groupId !== null) {
        // The rooms of a group are its members': to anybody else they are not there.
        const { role, mute } = await stores.groups.standingOf(groupId, userId);
        if (role === null) throw roomGone();
        assertMaySpeakInGroup(mute, deps.clock());
      }
      const at = deps.clock();
      const post = {
        id: deps.newId('msg'),
        authorId: userId,
        at,
        growingUntil: isGrowing ? growingUntil(at, at) : null,
        inputHash,
        isKeeper: moderatesTalk(room, userId),
        mostMessages,
        ...{ roomId, clientMessageId, ...said, mentions, here },
      };
      const { threadRootId } = draft;
      const message = threadRootId
        ? await postReply(stores, { ...post, threadRootId })
        : await postMessage(stores, post);
      if (message && support) await passTurn(stores, roomId, support, userId);
      if (message) return { message, duplicate: false };
      throw kind === 'PUBLIC' ? notAParticipant() : roomGone();
    });
  try {
    return await post();
  } catch (error) {
    // The other of two equal sendings came first: the unique key undid this one as a whole.
    const first = isUniqueViolation(error)
      ? await deps.reads.messages.findSent(roomId, userId, clientMessageId)
      : null;
    if (!first) throw error;
    return saidAgain(first, inputHash, path);
  }
}
