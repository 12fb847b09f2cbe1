import { MAX_REPLAY, roomStream, userStream } from '@souk/runtime/events';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { InboxPlace } from '../domain/inbox-place.ts';
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
  /** Sequence at which the person came into the room, where their own stream has it behind the place. */
  entered: number | null;
}

/** How far the person's own stream was sent, and the moment until which rooms were. */
export type PlaceOfHeads = Pick<InboxPlace, 'own' | 'until'>;

export interface InboxStore {
  /**
   * As seen from a place; without one, from the beginning of what is taken for the present (see
   * `PRESENT_MS`).
   */
  heads(userId: string, place?: PlaceOfHeads | null): Promise<InboxHeads>;
}

/**
 * What happened within this time may not be known to all yet: a transaction that recorded something
 * earlier may commit later. None lasts a sixth of it (`transactionLimits` of the runtime), and what
 * pub/sub lost, live streams find in the log within ten seconds.
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

/** No event of a stream lies behind it. */
const END_OF_STREAM = Number.MAX_SAFE_INTEGER - MAX_REPLAY;

/**
 * Times never run backwards against the sequences of a stream: whether something happened since is
 * asked of its newest event, and which was the first is found by halving, some twenty looks into the
 * index of the days in question, which the times name. A condition on times alone would read the whole
 * day of a busy room.
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
