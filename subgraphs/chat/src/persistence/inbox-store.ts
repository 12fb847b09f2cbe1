import { MAX_REPLAY, roomStream, userStream } from '@souk/runtime/events';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { InboxPlace } from '../domain/inbox-place.ts';
import type { Db } from './client.ts';

/** The heads of a person's own stream and of those of their rooms, all read in one snapshot. */
export interface InboxHeads {
  /** The database's clock at that time. */
  now: Date;
  own: number;
  rooms: readonly RoomHead[];
}

export interface RoomHead {
  roomId: string;
  head: number;
  /** Sequence of the first event after the given moment; null for none. */
  firstSince: number | null;
  /** Sequence at which the person came into the room, if their own stream has that after the place. */
  entered: number | null;
}

/** How far the person's own stream was sent, and the moment until which rooms were. */
export type PlaceOfHeads = Pick<InboxPlace, 'own' | 'until'>;

export interface InboxStore {
  /**
   * As seen from a place; without one, from the beginning of what counts as the present (see `PRESENT_MS`).
   */
  heads(userId: string, place?: PlaceOfHeads | null): Promise<InboxHeads>;
}

/**
 * Events within this time may not be visible to all yet: a transaction that recorded something earlier may
 * commit later. None lasts a sixth of it (`transactionLimits` of the runtime), and live streams find within
 * ten seconds in the log whatever pub/sub lost.
 */
export const PRESENT_MS = 60_000;

interface Row {
  now: Date;
  own: bigint;
  room_id: string | null;
  head: bigint | null;
  first_since: bigint | null;
  entered: bigint | null;
}

/** No event of a stream comes after it. */
const END_OF_STREAM = Number.MAX_SAFE_INTEGER - MAX_REPLAY;

/**
 * Within a stream, times never decrease with sequences. Whether something happened since a time is therefore
 * decided by the newest event, and the first such event is found by bisection, with some twenty lookups in
 * the index of the days in question, which the times determine. A condition on times alone would read the
 * whole day of a busy room.
 */
export const headsOf = (userId: string, place: PlaceOfHeads | null) => {
  const since = place?.until ?? null;
  const own = place?.own ?? END_OF_STREAM;
  const isSince = (sequence: Prisma.Sql) => Prisma.sql`EXISTS (
    SELECT 1 FROM event_record e
    WHERE e.stream = s.stream AND e.sequence = ${sequence}
      AND e.occurred_at > coalesce(${since}::timestamptz,
        statement_timestamp() - make_interval(secs => ${PRESENT_MS / 1_000}::float))
      AND e.occurred_at < statement_timestamp() + interval '1 hour')`;
  return Prisma.sql`
    WITH entered AS MATERIALIZED (
      SELECT payload->>'roomId' AS room_id, max((payload->>'sequence')::bigint) AS sequence
      FROM event_record
      WHERE stream = ${userStream(userId)} AND type = 'chat.RoomAdded'
        AND sequence > ${own}::bigint AND sequence <= ${own + MAX_REPLAY}::bigint
      GROUP BY payload->>'roomId'
    )
    SELECT statement_timestamp() AS now, coalesce(own.sequence, 0) AS own,
      rooms.room_id, rooms.head, rooms.first_since, rooms.entered
    FROM (VALUES (1)) one
    LEFT JOIN event_stream own ON own.stream = ${userStream(userId)}
    LEFT JOIN LATERAL (
      SELECT p.room_id, coalesce(s.sequence, 0) AS head, later.first_since,
        entered.sequence AS entered
      FROM participant p
      LEFT JOIN event_stream s ON s.stream = ${roomStream.prefix}::text || p.room_id
      LEFT JOIN entered ON entered.room_id = p.room_id
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

const numberOf = (sequence: bigint | null) => (sequence === null ? null : Number(sequence));

export const createInboxStore = (db: Db): InboxStore => ({
  heads: async (userId, place = null) => {
    const rows = await db.$queryRaw<Row[]>(headsOf(userId, place));
    return {
      now: rows[0]?.now ?? new Date(),
      own: Number(rows[0]?.own ?? 0),
      rooms: rows.flatMap(({ room_id: roomId, head, ...of }) => {
        const [firstSince, entered] = [numberOf(of.first_since), numberOf(of.entered)];
        return roomId === null ? [] : [{ roomId, head: Number(head), firstSince, entered }];
      }),
    };
  },
});
