import { roomStream, userStream } from '@souk/runtime/events';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';

/** Where a person's own stream and those of their rooms stand, all of it read in one snapshot. */
export interface InboxHeads {
  /** The database's clock when it was read. */
  now: Date;
  own: number;
  rooms: readonly RoomHead[];
}

export interface RoomHead {
  roomId: string;
  head: number;
  /** Sequence of the first event that happened after the moment asked for; null for none. */
  firstSince: number | null;
}

export interface InboxStore {
  /** Without a moment, the time that is taken for the present is asked for (see `PRESENT_MS`). */
  heads(userId: string, since?: Date | null): Promise<InboxHeads>;
}

/**
 * What happened within this time may not be known to all yet: a transaction that recorded something
 * earlier may commit later. None lasts a sixth of it (`transactionLimits` of the runtime).
 */
export const PRESENT_MS = 60_000;

interface Row {
  now: Date;
  own: bigint;
  room_id: string | null;
  head: bigint | null;
  first_since: bigint | null;
}

/**
 * Times never run backwards against the sequences of a stream: whether something happened since is
 * asked of its newest event, and which was the first is found by halving, some twenty looks into the
 * index of the days in question, which the times name. A condition on times alone would read the whole
 * day of a busy room.
 */
export const headsOf = (userId: string, since: Date | null) => {
  const isSince = (sequence: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT 1 FROM event_record e
    WHERE e.stream = s.stream AND e.sequence = ${sequence}
      AND e.occurred_at > coalesce(${since}::timestamptz,
        statement_timestamp() - make_interval(secs => ${PRESENT_MS / 1_000}::float))
      AND e.occurred_at < statement_timestamp() + interval '1 hour')`;
  return Prisma.sql`
    SELECT statement_timestamp() AS now, coalesce(own.sequence, 0) AS own,
      rooms.room_id, rooms.head, rooms.first_since
    FROM (VALUES (1)) one
    LEFT JOIN event_stream own ON own.stream = ${userStream(userId)}
    LEFT JOIN LATERAL (
      SELECT p.room_id, coalesce(s.sequence, 0) AS head, later.first_since
      FROM participant p
      LEFT JOIN event_stream s ON s.stream = ${roomStream.prefix}::text || p.room_id
      LEFT JOIN LATERAL (
        WITH RECURSIVE search (low, high) AS (
          SELECT 1::bigint, s.sequence WHERE ${isSince(Prisma.sql`s.sequence`)}
          UNION ALL
          SELECT CASE WHEN is_since THEN low ELSE middle + 1 END,
            CASE WHEN is_since THEN middle ELSE high END
          FROM (SELECT low, high, (low + high) / 2 AS middle FROM search WHERE low < high) half
          CROSS JOIN LATERAL (SELECT ${isSince(Prisma.sql`half.middle`)} AS is_since) looked
        ) SELECT low AS first_since FROM search WHERE low >= high
      ) later ON true
      WHERE p.user_id = ${userId}
    ) rooms ON true`;
};

export const createInboxStore = (db: Db): InboxStore => ({
  heads: async (userId, since = null) => {
    const rows = await db.$queryRaw<Row[]>(headsOf(userId, since));
    return {
      now: rows[0]?.now ?? new Date(),
      own: Number(rows[0]?.own ?? 0),
      rooms: rows.flatMap(({ room_id: roomId, head, first_since: first }) =>
        roomId === null
          ? []
          : [{ roomId, head: Number(head), firstSince: first === null ? null : Number(first) }],
      ),
    };
  },
});
