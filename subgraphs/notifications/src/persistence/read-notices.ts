import { Prisma } from '../__generated__/prisma/client.ts';
import type { NotificationKind } from '../domain/notification.ts';

/** Notices of a room whose newest occurrence is up to this place in its stream. */
export interface RoomReadTo {
  roomId: string;
  readUpTo: number;
}

/** Notices of these subjects that were not updated after this time. */
export interface SubjectsReadTo {
  subjects: readonly string[];
  settledAt: Date;
}

/** Notices of these kinds about what the person was asked in a group. */
export interface AskedInGroup {
  kinds: readonly NotificationKind[];
  askedIn: string;
}

/** Notices of these kinds about a seller's business. */
export interface OfSeller {
  kinds: readonly NotificationKind[];
  ofSeller: string;
}

/**
 * Selects notices of a person: by id, up to a place in their stream, of a room, of subjects, about what they
 * were asked, or about a seller's business.
 */
export type ReadNotices =
  | { ids: readonly string[] }
  | { upToSequence: number }
  | RoomReadTo
  | SubjectsReadTo
  | AskedInGroup
  | OfSeller;

/** The subject of a notice, also of one that was made unread again. */
export const SUBJECT = Prisma.sql`split_part(subject, '#', 1)`;

/**
 * The subject of a notice that was made unread again. It no longer collects occurrences, since those that
 * came after it was read have an entry of their own; it is settled with its subject like any other.
 */
export const REOPENED = Prisma.sql`${SUBJECT} || '#' || id`;

/** The condition that selects these notices. */
export const among = (which: ReadNotices): Prisma.Sql => {
  if ('ids' in which) return Prisma.sql`id = ANY(${[...which.ids]})`;
  if ('roomId' in which) {
    // Reading a room does not read its threads.
    return Prisma.sql`room_id = ${which.roomId} AND source_sequence <= ${which.readUpTo}::bigint
      AND (subject IS NULL OR NOT starts_with(subject, 'thread'))`;
  }
  if ('subjects' in which) {
    return Prisma.sql`${SUBJECT} = ANY(${[...which.subjects]}) AND updated_at <= ${which.settledAt}`;
  }
  if ('askedIn' in which) {
    // People who asked to join have notices of the answer, which belong to no subject.
    return Prisma.sql`kind = ANY(${[...which.kinds]}) AND subject IS NOT NULL
      AND (target ->> 'groupId' = ${which.askedIn} OR EXISTS (SELECT FROM room
        WHERE room.id = target ->> 'roomId' AND room.group_id = ${which.askedIn}))`;
  }
  if ('ofSeller' in which) {
    return Prisma.sql`kind = ANY(${[...which.kinds]}) AND target ->> 'sellerId' = ${which.ofSeller}`;
  }
  // Snoozed notices are not in the list that was read.
  return Prisma.sql`stream_sequence <= ${which.upToSequence}::bigint AND snoozed_until IS NULL`;
};
