import {
  badInput,
  checkAll,
  checkEach,
  digestOf,
  emojiOf,
  excerptOf as excerpt,
  isShareable,
} from '@souk/runtime/domain';
import {
  editConflict,
  messageDeleted,
  messageGrowing,
  messageNotOwn,
  messageOfRoom,
  notShareable,
  roomReadOnly,
  tooManyEdits,
} from './errors.ts';
import { assertKeepsOrder } from './keepers.ts';
import { assertInOpenRoom, type Keeper, moderatesTalk, type Room } from './room.ts';

/** Whether a person wrote it, or the room generated it. */
export type MessageKind = 'TEXT' | 'SYSTEM';

export interface Message {
  id: string;
  roomId: string;
  sequence: number;
  /** The sequence of its event in the room's event stream. */
  eventSequence: number;
  clientMessageId: string | null;
  authorId: string | null;
  kind: MessageKind;
  /** Null once deleted, and for messages of the room. */
  text: string | null;
  replyToId: string | null;
  /** The root of the thread in which it was posted; null when it was posted in the room. */
  threadRootId: string | null;
  /** The message that this one forwards. */
  forwardedFromId: string | null;
  sentAt: Date;
  /** What was first sent under the client's id; null once deleted. */
  inputHash: string | null;
  revision: number;
  editedAt: Date | null;
  deletedAt: Date | null;
  pinnedAt: Date | null;
  /** How often its text was appended to. */
  growth: number;
  /** Until when its author may append to it; null when it is complete. */
  growingUntil: Date | null;
}

/** The state of a message that was just committed. */
export const UNTOUCHED = {
  kind: 'TEXT',
  ...{ revision: 1, editedAt: null, deletedAt: null, pinnedAt: null },
  ...{ growth: 0, growingUntil: null },
} as const;

/** The part of a message that its sender decides. */
export interface MessageDraft {
  text: string;
  replyToId: string | null;
  forwardedFromId?: string | null;
  threadRootId?: string | null;
  /** Files, in their order. */
  attachmentIds?: readonly string[];
  /** Entities of any subgraph, in their order. */
  embedIds?: readonly string[];
  /** It begins with this text, and its author appends to it. */
  isGrowing?: boolean;
}

/** How many files can be attached to one message. */
export const MAX_ATTACHMENTS = 10;

/** How many entities can be shown with one message. */
const MAX_EMBEDS = 5;

interface WhatIsSaid {
  text?: string | null;
  attachmentMediaIds?: readonly string[] | null;
  embedEntityIds?: readonly string[] | null;
}

/** A message must have a text, or show something. */
export function assertSaysSomething({
  text,
  attachmentMediaIds,
  embedEntityIds,
}: WhatIsSaid): void {
  const files = attachmentMediaIds ?? [];
  const things = embedEntityIds ?? [];
  checkAll({
    attachmentMediaIds: () => {
      if (files.length <= MAX_ATTACHMENTS) return;
      throw badInput(`At most ${MAX_ATTACHMENTS} files.`, ['input', 'attachmentMediaIds']);
    },
    embedEntityIds: () => assertEmbeds(things),
    text: () => {
      if (text || files.length > 0 || things.length > 0) return;
      throw badInput('A message needs a text, a file or something to share.', ['input', 'text']);
    },
  });
}

/**
 * Whether a reader may see the entity of an id is asked of its owner whenever it is shown: chat only knows
 * that the entity has a type that can be shared.
 */
function assertEmbeds(entityIds: readonly string[]): void {
  const path = ['input', 'embedEntityIds'];
  if (entityIds.length > MAX_EMBEDS) throw badInput(`At most ${MAX_EMBEDS} things.`, path);
  checkEach(entityIds, (id, index) => {
    if (!isShareable(id)) throw notShareable([...path, index]);
  });
}

/**
 * Two drafts with the same hash are the same message sent again. A forwarded message is identified by its
 * source, whatever its text is now.
 */
export const draftHash = ({
  text,
  replyToId,
  forwardedFromId,
  threadRootId,
  attachmentIds = [],
  embedIds = [],
  isGrowing = false,
}: MessageDraft): string =>
  digestOf(
    JSON.stringify(
      [
        ...[forwardedFromId ? '' : text, replyToId, forwardedFromId, threadRootId],
        attachmentIds.length > 0 && !forwardedFromId ? attachmentIds : null,
        isGrowing ? { isGrowing } : null,
        embedIds.length > 0 && !forwardedFromId ? { embedIds } : null,
      ].filter((part, index) => index < 2 || part != null),
    ),
  );

/** The identity of a message, in events about it. */
export const placeOf = ({ id, roomId, eventSequence }: Message) => ({
  messageId: id,
  roomId,
  postSequence: eventSequence,
});

const EXCERPT_LENGTH = 140;

/** The beginning of a text on one line, for people who are not there. */
export const excerptOf = (text: string): string => excerpt(text, EXCERPT_LENGTH);

/** Every revision is kept, so there is a limit. */
export const MAX_REVISIONS = 100;
/** As many as a list of reactions shows. */
export const MAX_EMOJIS_OF_MESSAGE = 20;
export const MAX_PINS_OF_ROOM = 100;
export const MAX_SAVED_MESSAGES = 5_000;

/** A message that was not deleted: a deleted one cannot be answered, changed or pinned. */
export type LiveMessage = Message & { text: string };

/** Messages of the room itself cannot be changed or answered. */
export function assertSaid({ kind }: Message): void {
  if (kind === 'SYSTEM') throw messageOfRoom();
}

export function assertLive(message: Message): asserts message is LiveMessage {
  assertSaid(message);
  if (message.text === null) throw messageDeleted();
}

/** Whether nothing can be appended to it any more. */
export const isFinal = ({ growingUntil }: Message, now: Date): boolean =>
  growingUntil === null || growingUntil <= now;

/** Threads have no threads of their own. */
export function assertBeginsThread(message: Message, path: readonly string[]): void {
  assertSaid(message);
  if (message.threadRootId !== null)
    throw badInput('A reply in a thread cannot start another thread.', path);
}

/** Whether a message is in the same place as another one: in the room, or in or above the same thread. */
export const isBesides = ({ id, threadRootId }: Message, rootId: string | null): boolean =>
  threadRootId === rootId || id === rootId;

/** Nobody else may edit a message, not even a moderator. */
export function assertMayEdit(message: Message, room: Room, viewer: Keeper, now: Date): void {
  assertInOpenRoom(room);
  // Somebody who may not post may not edit either.
  if (room.readOnly && !moderatesTalk(room, viewer)) throw roomReadOnly();
  if (message.authorId !== viewer.userId) throw messageNotOwn();
  assertLive(message);
  if (!isFinal(message, now)) throw messageGrowing();
}

/** A message that is still being written cannot be forwarded. */
export function assertMayForward(message: Message, now: Date): asserts message is LiveMessage {
  assertLive(message);
  if (!isFinal(message, now)) throw messageGrowing();
}

/** The next text of a message; throws when the edit was based on another revision than the present one. */
export function assertEditFits({ revision, growth }: Message, expected: number | null): void {
  if (expected !== null && expected !== revision) throw editConflict(revision);
  if (revision - growth >= MAX_REVISIONS) throw tooManyEdits(MAX_REVISIONS);
}

/** Everybody may delete their own messages wherever they see them, even after leaving. */
export function assertMayDelete(message: Message, room: Room, viewer: Keeper): void {
  assertSaid(message);
  if (message.authorId === viewer.userId) return;
  assertKeepsOrder(room, viewer);
}

export function assertMaySeeRevisions(message: Message, room: Room, viewer: Keeper): void {
  assertMayDelete(message, room, viewer);
  assertLive(message);
}

/** The emoji in its canonical form. */
export function reactionOf(emoji: string): string {
  const known = emojiOf(emoji);
  if (known === null) throw badInput('Give one emoji.', ['emoji']);
  return known;
}
