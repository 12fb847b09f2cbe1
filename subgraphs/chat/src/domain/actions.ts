import { isAllowed } from '@souk/runtime/domain';
import { assertMayAppend } from './growing-message.ts';
import {
  assertDecidesWhoStays,
  assertKeepsOrder,
  assertMayArchive,
  assertMayEditRoom,
  assertMayPin,
} from './keepers.ts';
import {
  assertMayDelete,
  assertMayEdit,
  assertMayForward,
  assertMaySeeRevisions,
  type Message,
} from './message.ts';
import { assertMayReport } from './report.ts';
import {
  assertMayMentionAll,
  assertMayReact,
  assertMaySpeakInGroup,
  assertOpen,
  assertPostsIn,
  type Keeper,
  type Room,
} from './room.ts';
import {
  assertAsked,
  assertJoinable,
  assertLeavable,
  assertMayAdd,
  type BanState,
} from './room-entry.ts';

import { assertMayResolve } from './support.ts';

export type RoomAction =
  | 'READ'
  | 'JOIN'
  | 'LEAVE'
  | 'POST'
  | 'POST_ATTACHMENT'
  | 'START_THREAD'
  | 'MENTION_EVERYONE'
  | 'REACT'
  | 'PIN'
  | 'DELETE_OTHERS_MESSAGES'
  | 'ADD_PARTICIPANTS'
  | 'REMOVE_PARTICIPANTS'
  | 'BAN'
  | 'EDIT_ROOM'
  | 'ARCHIVE'
  | 'REVIEW_REPORTS'
  | 'ANSWER_REQUEST'
  | 'RESOLVE';

export type MessageAction =
  | 'REPLY'
  | 'REACT'
  | 'EDIT'
  | 'APPEND'
  | 'DELETE'
  | 'PIN'
  | 'FORWARD'
  | 'SEE_REVISIONS'
  | 'REPORT';

/** Whether an outsider could join if they were not banned: only then bans have to be read. */
export const wouldJoin = (room: Room): boolean =>
  room.participation === null && isAllowed(() => assertJoinable(room));

/**
 * What a viewer may do in a room that they see, by the same rules that the use cases enforce; null is
 * somebody who is not signed in.
 */
export function roomActions(
  room: Room,
  viewer: Keeper | null,
  { ban, now }: { ban: BanState; now: Date },
): RoomAction[] {
  if (viewer === null) return ['READ'];
  const viewerId = viewer.userId;
  const rules: Record<Exclude<RoomAction, 'READ'>, () => unknown> = {
    JOIN: () => assertJoinable(room, ban),
    LEAVE: () => assertLeavable(room),
    POST: () => assertPostsIn(room, viewer, now),
    POST_ATTACHMENT: () => assertPostsIn(room, viewer, now),
    MENTION_EVERYONE: () => {
      assertMaySpeakInGroup(room.groupMute, now);
      assertMayMentionAll(room, viewer);
    },
    START_THREAD: () => assertPostsIn(room, viewer, now),
    REACT: () => assertMayReact(room, now),
    PIN: () => assertMayPin(room, viewer, now),
    DELETE_OTHERS_MESSAGES: () => assertKeepsOrder(room, viewer),
    ADD_PARTICIPANTS: () => assertMayAdd(room, viewerId),
    REMOVE_PARTICIPANTS: () => assertDecidesWhoStays(room, viewer),
    BAN: () => assertDecidesWhoStays(room, viewer),
    EDIT_ROOM: () => assertMayEditRoom(room, viewer, now),
    REVIEW_REPORTS: () => assertKeepsOrder(room, viewer),
    ARCHIVE: () => {
      assertMayArchive(room, viewer);
      assertOpen(room);
    },
    ANSWER_REQUEST: () => assertAsked(room),
    RESOLVE: () => assertMayResolve(room),
  };
  // A participant can join again without an error, but it has no effect.
  const inside = room.participation !== null;
  return ['READ', ...allowedOf(rules).filter((name) => !(inside && name === 'JOIN'))];
}

/** What a viewer may do with a message of a room. */
export function messageActions(
  message: Message,
  room: Room,
  viewer: Keeper | null,
  now: Date,
): MessageAction[] {
  if (viewer === null || message.deletedAt !== null || message.kind === 'SYSTEM') return [];
  return allowedOf<MessageAction>({
    REPLY: () => assertPostsIn(room, viewer, now),
    REACT: () => assertMayReact(room, now),
    EDIT: () => {
      assertMaySpeakInGroup(room.groupMute, now);
      assertMayEdit(message, room, viewer, now);
    },
    APPEND: () => assertMayAppend(message, room, viewer, now),
    DELETE: () => assertMayDelete(message, room, viewer),
    PIN: () => assertMayPin(room, viewer, now),
    FORWARD: () => assertMayForward(message, now),
    REPORT: () => assertMayReport(message, viewer.userId),
    SEE_REVISIONS: () => assertMaySeeRevisions(message, room, viewer),
  });
}

const allowedOf = <Action extends string>(rules: Record<Action, () => unknown>): Action[] =>
  (Object.keys(rules) as Action[]).filter((name) => isAllowed(rules[name]));
