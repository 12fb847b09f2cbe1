import { Prisma } from '../__generated__/prisma/client.ts';
import type { Participant } from '../domain/room.ts';

/** A participant's position in their list: when they came (ISO time), then their id. */
export type ParticipantPosition = [joinedAt: string, userId: string];

/** For how far people have read: that is shown only to signed-in people. */
export interface ParticipantsReader {
  isKnown: boolean;
}

export interface ParticipantRow {
  room_id: string;
  user_id: string;
  joined_at: Date;
  shared_read_up_to: number | null;
  shared_read_at: Date | null;
  delivered_sequence: number;
  shows_reading: boolean;
}

/** The newest message that the stream contained at the position up to which others know somebody has read. */
export const SHARED_READ_UP_TO = Prisma.sql`(
  SELECT m.sequence FROM message m
  WHERE m.room_id = p.room_id AND m.event_sequence <= p.shared_read_sequence
    AND m.thread_root_id IS NULL
  ORDER BY m.event_sequence DESC LIMIT 1)`;

export const showsReading = ({ isKnown }: ParticipantsReader) =>
  Prisma.sql`${isKnown} AND coalesce(o.send_read_receipts, true)`;

export const participantFromRow = (row: ParticipantRow): Participant => ({
  roomId: row.room_id,
  userId: row.user_id,
  joinedAt: row.joined_at,
  sharedReadUpTo: row.shared_read_up_to,
  sharedReadAt: row.shared_read_at,
  deliveredUpTo: row.delivered_sequence,
  showsReading: row.shows_reading,
});
