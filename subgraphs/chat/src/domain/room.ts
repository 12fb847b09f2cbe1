import { badInput, isIdOf, notFound } from '@souk/runtime/domain';
import { notAParticipant, roomNotLeavable, roomNotManageable, roomNotOpen } from './errors.ts';
import { assertLength, assertText } from './text.ts';

export type RoomKind = 'DIRECT' | 'PRIVATE' | 'GROUP' | 'PUBLIC';

/** A room as one viewer sees it, all of it read in one snapshot. */
export interface Room {
  id: string;
  kind: RoomKind;
  name: string | null;
  topic: string | null;
  groupId: string | null;
  createdBy: string | null;
  createdAt: Date;
  /** Sequence of the newest message. */
  lastSequence: number;
  /** Sequence of the newest event of the room's stream. */
  head: number;
  /** The viewer's own place, when they are a participant. */
  participation: Participation | null;
}

export interface Participation {
  readMessageSequence: number;
  readEventSequence: number;
}

export interface Participant {
  roomId: string;
  userId: string;
  joinedAt: Date;
  readEventSequence: number;
  lastReadAt: Date | null;
  /** False when they do not tell how far they have read. */
  sharesReads: boolean;
}

/** The event stream that tells everything about a room. */
export const roomStream = (roomId: string) => `room:${roomId}`;

export const MAX_PARTICIPANTS_AT_ONCE = 50;
/** A direct room is for people who all know each other; more of them open a private room. */
export const MAX_DIRECT_PEOPLE = 10;
const MAX_NAME_LENGTH = 80;
const MAX_TOPIC_LENGTH = 250;

export function assertRoomName(name: string | null | undefined): asserts name is string {
  if (name == null) throw badInput('The room needs a name.', ['input', 'name']);
  assertText(name, { max: MAX_NAME_LENGTH, path: ['input', 'name'] });
}

export const assertTopic = (topic: string | null | undefined) =>
  topic == null || assertLength(topic, { max: MAX_TOPIC_LENGTH, path: ['input', 'topic'] });

/** The distinct people meant, each a well-formed user id. */
export function peopleOf(
  userIds: readonly string[],
  path: readonly string[],
  limit = MAX_PARTICIPANTS_AT_ONCE,
): string[] {
  if (userIds.length > limit) throw badInput(`${limit} people at most.`, path);
  for (const [index, userId] of userIds.entries()) {
    if (!isIdOf('usr', userId)) throw notFound('User', [...path, index]);
  }
  return [...new Set(userIds)];
}

/** The people of a direct room with the viewer, in the order that makes their key. */
export function directPeople(viewerId: string, userIds: readonly string[]): string[] {
  const others = peopleOf(userIds, ['userIds'], MAX_DIRECT_PEOPLE - 1);
  const people = [...new Set([viewerId, ...others])].sort();
  if (people.length < 2) throw badInput('Name somebody else to talk to.', ['userIds']);
  return people;
}

export const directKeyOf = (people: readonly string[]) => [...people].sort().join(',');

export function assertJoinable({ kind, participation }: Room): void {
  if (participation === null && kind !== 'PUBLIC') throw roomNotOpen();
}

export function assertLeavable({ kind, participation }: Room): void {
  if (kind === 'DIRECT') throw roomNotLeavable('A direct room belongs to its people for good.');
  if (kind === 'GROUP') throw roomNotLeavable("Leave the group to leave the group's rooms.");
  if (participation === null) throw notAParticipant();
}

/** Any participant may bring people into a private room. */
export function assertMayAdd({ kind, participation }: Room): void {
  if (participation === null) throw notAParticipant();
  if (kind !== 'PRIVATE') throw roomNotManageable();
}

/** Only who opened the room may take others out of it. */
export function assertMayRemove({ kind, createdBy }: Room, viewerId: string): void {
  const open = kind === 'PRIVATE' || kind === 'PUBLIC';
  if (!open || createdBy !== viewerId) throw roomNotManageable();
}
