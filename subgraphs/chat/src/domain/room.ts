import { badInput, checkEach, isIdOf, notFound } from '@souk/runtime/domain';
import {
  mentionOfAllForbidden,
  messageNotOwn,
  messagesNotPinnable,
  mutedInGroup,
  notAParticipant,
  roomArchived,
  roomBanned,
  roomNotEditable,
  roomNotLeavable,
  roomNotManageable,
  roomNotOpen,
  roomReadOnly,
  slowMode,
} from './errors.ts';
import { type GroupMute, type GroupRole, isMuted, mayModerateTalk } from './group-rights.ts';
import type { Support } from './support.ts';

export type RoomKind = 'DIRECT' | 'PRIVATE' | 'GROUP' | 'PUBLIC' | 'SUPPORT';

export type HistoryVisibility = 'ALL' | 'SINCE_JOINING';

/** A room as one viewer sees it, all of it read in one snapshot. */
export interface Room {
  id: string;
  kind: RoomKind;
  name: string | null;
  topic: string | null;
  avatarMediaId: string | null;
  groupId: string | null;
  /** The people of a direct room. */
  directPeople: readonly string[] | null;
  createdBy: string | null;
  createdAt: Date;
  /** Since when nothing is said here any more. */
  archivedAt: Date | null;
  /** Only who keeps order says something. */
  readOnly: boolean;
  /** Seconds that have to pass between two messages of one person. */
  slowModeSeconds: number | null;
  /** Messages are deleted when they are so old. */
  retentionDays: number | null;
  /** What who comes in sees of what was said before. */
  historyVisibility: HistoryVisibility;
  /** Up to where that is hidden from the viewer, in the room's stream and among its messages; 0 for nothing. */
  hiddenUpTo: { event: number; message: number };
  version: number;
  /** Sequence of the newest message. */
  lastSequence: number;
  /** How many of its messages the room itself wrote. */
  systemCount: number;
  /** Sequence of the newest event of the room's stream. */
  head: number;
  /** The viewer's own place, when they are a participant. */
  participation: Participation | null;
  /** The viewer's role in the room's group; null for who has none, and outside groups. */
  role: GroupRole | null;
  /** Their silence in that group, also when its time is over. */
  groupMute: GroupMute | null;
  /** Of a SUPPORT room, what it is about and how it stands. */
  support: Support | null;
  /** Set where a stranger asked the viewer in, who has not answered. */
  pendingRequest: RoomRequest | null;
}

/** A stranger asks somebody into a room. */
export interface RoomRequest {
  requestedBy: string;
  requestedAt: Date;
}

/** In larger rooms nobody watches who has read what, and every reader would tell every other. */
export const RECEIPTS_UP_TO_PEOPLE = 100;

/** How somebody stands to a room. */
export type RoomMembership = 'NONE' | 'REQUESTED' | 'JOINED' | 'BANNED';

export function membershipIn(
  { participation, pendingRequest }: Room,
  ban: BanState,
): RoomMembership {
  if (participation) return 'JOINED';
  if (pendingRequest) return 'REQUESTED';
  return ban ? 'BANNED' : 'NONE';
}

/** Whether the viewer sees what everybody sees who has been here from the start. */
export const seesAll = ({ hiddenUpTo }: Pick<Room, 'hiddenUpTo'>): boolean =>
  hiddenUpTo.event === 0;

/** So many messages somebody writes to a stranger who has not agreed to hear from them. */
export const MESSAGES_BEFORE_ANSWER = 5;

export interface Participation {
  userId: string;
  joinedAt: Date;
  /** Sequence of the newest message that they have read. */
  readUpTo: number;
  /** How many up to there the room itself wrote. */
  readSystemCount: number;
  lastPostedAt: Date | null;
  notify: NotifyLevel;
  mutedUntil: Date | null;
  starred: boolean;
}

/** What somebody is told of a room; DEFAULT follows what they want of all rooms. */
export type NotifyLevel = 'ALL' | 'MENTIONS' | 'NONE' | 'DEFAULT';

export interface Participant {
  roomId: string;
  userId: string;
  joinedAt: Date;
  /** Sequence of the newest message that others see they have read; null for none. */
  sharedReadUpTo: number | null;
  sharedReadAt: Date | null;
  /** Sequence of the newest message that came to one of their devices, as far as others know; 0 for none. */
  deliveredUpTo: number;
  /** False when they do not tell, or to whom is asking. */
  showsReading: boolean;
}

export const MAX_PARTICIPANTS_AT_ONCE = 50;
/** A direct room is for people who all know each other; more of them open a private room. */
export const MAX_DIRECT_PEOPLE = 10;

/** The distinct people meant, each a well-formed user id. */
export function peopleOf(
  userIds: readonly string[],
  path: readonly string[],
  limit = MAX_PARTICIPANTS_AT_ONCE,
): string[] {
  if (userIds.length > limit) throw badInput(`${limit} people at most.`, path);
  checkEach(userIds, (userId, index) => {
    if (!isIdOf('usr', userId)) throw notFound('User', [...path, index]);
  });
  return [...new Set(userIds)];
}

/** The people of a direct room with the viewer, in the order that makes their key. */
export function directPeople(viewerId: string, userIds: readonly string[]): string[] {
  const others = peopleOf(userIds, ['userIds'], MAX_DIRECT_PEOPLE - 1);
  const people = [...new Set([viewerId, ...others])].sort();
  if (people.length < 2) throw badInput('Name somebody else to talk to.', ['userIds']);
  return people;
}

/** The other one of a direct room of two. */
export function counterpartIn({ directPeople }: Room, viewerId: string): string | null {
  const others = directPeople?.filter((id) => id !== viewerId) ?? [];
  return others.length === 1 ? (others[0] ?? null) : null;
}

export const peopleOfKey = (directKey: string): string[] => directKey.split(',');

export const directKeyOf = (people: readonly string[]) => [...people].sort().join(',');

/** Whether somebody is kept out, and until when. */
export type BanState = Pick<RoomBan, 'until'> | null;

/** What is closed is read, and nothing is said or changed there any more. */
export function assertOpen({ archivedAt }: Pick<Room, 'archivedAt'>): void {
  if (archivedAt !== null) throw roomArchived();
}

/** People come into a public room by themselves; into any other one they are brought. */
export function assertJoinable(room: Room, ban: BanState = null): void {
  if (room.kind !== 'PUBLIC') throw roomNotOpen();
  assertOpen(room);
  if (ban) throw roomBanned(['roomId'], ban.until);
}

export function assertLeavable({ kind, participation }: Room): void {
  if (kind === 'DIRECT') throw roomNotLeavable('A direct room belongs to its people for good.');
  if (kind === 'SUPPORT') throw roomNotLeavable('It is about an order; say that it is resolved.');
  if (kind === 'GROUP') throw roomNotLeavable("Leave the group to leave the group's rooms.");
  if (participation === null) throw notAParticipant();
}

/** A user who was taken out of a room and may not come back by themselves. */
export interface RoomBan {
  id: string;
  roomId: string;
  userId: string;
  bannedBy: string;
  reason: string | null;
  createdAt: Date;
  /** When it ends by itself; null never. */
  until: Date | null;
}

/** What of a room says who keeps order in it. */
export type KeptRoom = Pick<Room, 'id' | 'kind' | 'groupId' | 'createdBy'>;

/** The user who opened a room decides who has to go, and who may come back. */
export const moderates = (
  { kind, createdBy }: Pick<KeptRoom, 'kind' | 'createdBy'>,
  viewerId: string,
): boolean => (kind === 'PRIVATE' || kind === 'PUBLIC') && createdBy === viewerId;

export function assertModerates(room: Room, viewerId: string): void {
  if (!moderates(room, viewerId)) throw roomNotManageable();
}

/** That a room says in a message who came or went, and who did it, where that is told; null where it says nothing. */
export type Telling = { byId: string | null; at: Date } | null;

/**
 * Whether a room says who comes and goes. Rooms of people who brought each other in do; in public rooms, and in those
 * of groups, it would be most of what there is to read.
 */
export const tellingOf = ({ kind }: Pick<Room, 'kind'>, byId: string | null, at: Date): Telling =>
  kind === 'PRIVATE' ? { byId, at } : null;

/** Who opened a room changes and closes it; in a group, who keeps order in it; a direct room nobody. */
export function assertMayArchive(room: Room, viewerId: string): void {
  if (!moderatesTalk(room, viewerId)) throw roomNotEditable();
}

/** A closed room is not changed, and who is muted in a group says nothing by a name either. */
export function assertMayEditRoom(room: Room, viewerId: string, now: Date): void {
  assertMayArchive(room, viewerId);
  assertOpen(room);
  assertMaySpeakInGroup(room.groupMute, now);
}

/** What of a room decides whether somebody says something there now. */
export type PostingRules = Pick<Room, 'archivedAt' | 'readOnly' | 'slowModeSeconds'>;

/** When somebody may say something next; null for at once. */
export function nextPostAt(
  { slowModeSeconds }: PostingRules,
  lastPostedAt: Date | null,
  isKeeper: boolean,
): Date | null {
  if (isKeeper || slowModeSeconds === null || lastPostedAt === null) return null;
  return new Date(lastPostedAt.getTime() + slowModeSeconds * 1_000);
}

/** Throws for who may say nothing in any room of a group. */
export function assertMaySpeakInGroup(mute: GroupMute | null, now: Date): void {
  if (isMuted(mute, now)) throw mutedInGroup(mute.until);
}

/** Throws for who says nothing here, however long they wait. */
function assertSpeaks(rules: PostingRules, isKeeper: boolean): void {
  assertOpen(rules);
  if (rules.readOnly && !isKeeper) throw roomReadOnly();
}

/** Who may say nothing in a room is not shown as writing there; that they have just said something passes by itself. */
export function assertMayType(room: Room, viewerId: string, now: Date): void {
  assertMaySpeakInGroup(room.groupMute, now);
  assertSpeaks(room, moderatesTalk(room, viewerId));
}

/** Throws for who may say nothing here at this moment. */
export function assertMayPost(
  rules: PostingRules,
  { isKeeper, lastPostedAt, now }: { isKeeper: boolean; lastPostedAt: Date | null; now: Date },
): void {
  assertSpeaks(rules, isKeeper);
  const next = nextPostAt(rules, lastPostedAt, isKeeper);
  if (next !== null && next > now) throw slowMode(next);
}

/** Whether somebody says something in a room; that they just did passes by itself. */
export function assertPostsIn(room: Room, viewerId: string, now: Date): void {
  assertInside(room);
  assertMaySpeakInGroup(room.groupMute, now);
  assertMayPost(room, { isKeeper: moderatesTalk(room, viewerId), lastPostedAt: null, now });
}

/** Keeps order in what is said: who opened the room; in a group, who does so in all of it. */
export const moderatesTalk = (room: Room, viewerId: string): boolean =>
  moderates(room, viewerId) ||
  (room.kind === 'GROUP' && room.role !== null && mayModerateTalk(room.role));

export function assertModeratesTalk(room: Room, viewerId: string): void {
  if (!moderatesTalk(room, viewerId)) throw messageNotOwn();
}

/** Only who is in a room that is open changes anything in it. */
export function assertInOpenRoom(
  room: Room,
): asserts room is Room & { participation: Participation } {
  assertInside(room);
  assertOpen(room);
}

/** Who is muted in a group says nothing there in any other way either. */
export function assertMayReact(room: Room, now: Date): void {
  assertInOpenRoom(room);
  assertMaySpeakInGroup(room.groupMute, now);
}

/** What is pinned is for all: among themselves everybody may, elsewhere who keeps order. */
export function assertMayPin(room: Room, viewerId: string, now: Date): void {
  assertMayReact(room, now);
  if (!isAmongThemselves(room) && !moderatesTalk(room, viewerId)) throw messagesNotPinnable();
}

/** Calls of all are for those who keep order, unless all are among themselves. */
export function assertMayMentionAll(room: Room, viewerId: string): void {
  assertInside(room);
  if (!isAmongThemselves(room) && !moderatesTalk(room, viewerId)) throw mentionOfAllForbidden();
}

/** Rooms of people who brought each other in, and where nobody comes by themselves. */
export const isAmongThemselves = ({ kind }: Pick<Room, 'kind'>): boolean =>
  kind === 'DIRECT' || kind === 'PRIVATE';

/** Only whom a stranger asked answers, and once. */
export function assertAsked(room: Room): asserts room is Room & { pendingRequest: RoomRequest } {
  if (room.pendingRequest === null || room.participation !== null)
    throw notFound('RoomRequest', ['roomId']);
}

/** Only who is in a room says something there, or moves a read marker. */
export function assertInside(room: Room): asserts room is Room & { participation: Participation } {
  if (room.participation === null) throw notAParticipant();
}

/** Any participant may bring people into a private room; into a public one they come by themselves. */
export function assertMayAdd(room: Room, viewerId: string): void {
  if (room.participation === null) throw notAParticipant();
  assertOpen(room);
  if (room.kind !== 'PRIVATE') assertModerates(room, viewerId);
}
