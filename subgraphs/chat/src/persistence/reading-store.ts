import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Participant } from '../domain/room.ts';
import type { Db } from './client.ts';
import { pageRow } from './page-rows.ts';
import {
  type ParticipantPosition,
  type ParticipantRow,
  participantFromRow,
  SHARED_READ_UP_TO,
} from './participant-rows.ts';
import { systemUpTo } from './system-message-store.ts';

export interface ReadersRequest {
  messageId: string;
  limit: number;
  from: ParticipantPosition | null;
}

export interface ReadMarker {
  messageSequence: number;
  eventSequence: number;
  at: Date;
  /** Whether others may know. */
  isShared: boolean;
}

export interface ReadMove {
  joinedAt: Date;
  /** What others had known was less. */
  isNews: boolean;
}

/** What others know of somebody's reading when something reached their devices. */
export interface DeliveredMove {
  joinedAt: Date;
  /** Place in the room's event stream. */
  readUpTo: number;
  sharedReadUpTo: number | null;
  readAt: Date | null;
}

/** How far people have read, and what has reached their devices. */
export interface ReadingStore {
  /**
   * Moves the marker forward, never back; resolves to since when they have been here, or null if it stayed.
   * People who had moved their marker back move only their own: `isNews` says whether others are told.
   */
  moveRead(roomId: string, userId: string, marker: ReadMarker): Promise<ReadMove | null>;
  /**
   * Which other people have read each message, as far as they share it and were there at the time: pages of
   * many messages at once, longest there first, with one row more than wanted if there are more. In rooms of
   * more people than this nobody is listed.
   */
  readers(
    requests: readonly ReadersRequest[],
    people: number,
  ): Promise<(Participant & { request: number })[]>;
  /** How many they are, for messages that anybody has read. */
  countReaders(messageIds: readonly string[], people: number): Promise<Map<string, number>>;
  /** Records how far something reached their devices, forward only; null if it did not move. */
  moveDelivered(
    roomId: string,
    userId: string,
    messageSequence: number,
  ): Promise<DeliveredMove | null>;
}

/** Those of these messages, as `readable`, for which readers are shown: in small rooms, outside threads. */
const readablesIn = (messageIds: readonly string[], people: number) => Prisma.sql`
  asked AS MATERIALIZED (
    SELECT id, room_id, author_id, event_sequence, sent_at FROM message
    WHERE id = ANY(${[...messageIds]}::text[]) AND thread_root_id IS NULL
  ), small AS MATERIALIZED (
    SELECT room_id FROM (SELECT DISTINCT room_id FROM asked) r WHERE NOT EXISTS (
      SELECT 1 FROM participant many WHERE many.room_id = r.room_id OFFSET ${people} LIMIT 1)
  ), readable AS (SELECT asked.* FROM asked JOIN small ON small.room_id = asked.room_id)`;

/** The participants `p` who have read the message `m` and share that. */
const READERS = Prisma.sql`
  FROM participant p LEFT JOIN presence_setting o ON o.user_id = p.user_id
  WHERE p.room_id = m.room_id AND p.user_id IS DISTINCT FROM m.author_id
    AND p.joined_at <= m.sent_at AND p.shared_read_sequence >= m.event_sequence
    AND coalesce(o.send_read_receipts, true)`;

export const createReadingStore = (db: Db): ReadingStore => ({
  moveRead: async (roomId, userId, { messageSequence, eventSequence, at, isShared }) => {
    announceLocks(db, `${roomId}:${userId}`);
    const [row] = await db.$queryRaw<{ joined_at: Date; is_news: boolean }[]>`
      WITH before AS MATERIALIZED (
        SELECT shared_read_sequence FROM participant
        WHERE room_id = ${roomId} AND user_id = ${userId} FOR NO KEY UPDATE
      )
      UPDATE participant p SET
        read_message_sequence = ${messageSequence},
        read_system_count = ${systemUpTo(roomId, messageSequence)},
        read_event_sequence = greatest(p.read_event_sequence, ${eventSequence}::bigint),
        last_read_at = greatest(p.last_read_at, ${at}),
        shared_read_sequence = CASE WHEN ${isShared}
          THEN greatest(p.shared_read_sequence, ${eventSequence}::bigint)
          ELSE p.shared_read_sequence END,
        shared_read_at =
          CASE WHEN ${isShared} THEN greatest(p.shared_read_at, ${at}) ELSE p.shared_read_at END
      FROM before
      WHERE p.room_id = ${roomId} AND p.user_id = ${userId}
        AND p.read_message_sequence < ${messageSequence}
      RETURNING p.joined_at, p.shared_read_sequence > before.shared_read_sequence AS is_news`;
    return row ? { joinedAt: row.joined_at, isNews: row.is_news } : null;
  },
  readers: async (requests, people) => {
    const wanted = requests.map(({ messageId, ...page }, request) => ({
      ...pageRow(page, request),
      message_id: messageId,
    }));
    const ids = requests.map(({ messageId }) => messageId);
    const rows = await db.$queryRaw<(ParticipantRow & { request: number })[]>`
      WITH ${readablesIn(ids, people)}
      SELECT w.request, p.*, ${SHARED_READ_UP_TO} AS shared_read_up_to, true AS shows_reading FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, message_id text, row_limit int, from_at timestamptz, from_id text)
        JOIN readable m ON m.id = w.message_id
        CROSS JOIN LATERAL (
          SELECT p.* ${READERS}
            AND (p.joined_at, p.user_id) > (coalesce(w.from_at, '-infinity'), coalesce(w.from_id, ''))
          ORDER BY p.joined_at, p.user_id LIMIT w.row_limit
        ) p
      ORDER BY w.request, p.joined_at, p.user_id`;
    return rows.map((row) => ({ ...participantFromRow(row), request: row.request }));
  },
  countReaders: async (messageIds, people) => {
    const rows = await db.$queryRaw<{ id: string; count: bigint }[]>`
      WITH ${readablesIn(messageIds, people)}
      SELECT m.id, count(*) FROM readable m CROSS JOIN LATERAL (SELECT 1 ${READERS}) reader
      GROUP BY m.id`;
    return new Map(rows.map(({ id, count }) => [id, Number(count)]));
  },
  moveDelivered: async (roomId, userId, messageSequence) => {
    const [row] = await db.$queryRaw<
      {
        joined_at: Date;
        shared_read_sequence: bigint;
        shared_read_at: Date | null;
        shared_read_up_to: number | null;
      }[]
    >`
      UPDATE participant p SET delivered_sequence = ${messageSequence}
      WHERE p.room_id = ${roomId} AND p.user_id = ${userId}
        AND p.delivered_sequence < ${messageSequence}
      RETURNING p.joined_at, p.shared_read_sequence, p.shared_read_at, ${SHARED_READ_UP_TO} AS shared_read_up_to`;
    if (!row) return null;
    const { joined_at: joinedAt, shared_read_sequence: readUpTo } = row;
    const { shared_read_up_to: sharedReadUpTo, shared_read_at: readAt } = row;
    return { joinedAt, readUpTo: Number(readUpTo), sharedReadUpTo, readAt };
  },
});
