import { announceLocks } from '@souk/runtime/persistence';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Participant } from '../domain/room.ts';
import type { Db } from './client.ts';
import { systemUpTo } from './system-message-store.ts';

/** A participant's position in their list: when they came (ISO time), then their id. */
export type ParticipantPosition = [joinedAt: string, userId: string];

export interface ParticipantsRequest {
  roomId: string;
  limit: number;
  from: ParticipantPosition | null;
}

export interface ReadersRequest {
  messageId: string;
  limit: number;
  from: ParticipantPosition | null;
}

export type ParticipantKey = Pick<Participant, 'roomId' | 'userId'>;

/** People who came into a room, and the sequence of that event in its stream. */
export interface Coming {
  roomId: string;
  userIds: readonly string[];
  sequence: number;
}

/** For how far people have read: that is shown only to signed-in people. */
export interface ParticipantsReader {
  isKnown: boolean;
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

export interface ParticipantStore {
  /** Adds those who are not there yet; resolves to the people added. */
  add(roomId: string, userIds: readonly string[], at: Date): Promise<string[]>;
  /**
   * Lets people begin at the event of their coming: they have read everything up to there, and if newcomers
   * see nothing of the history, it is hidden from them. The caller has recorded their coming, so nothing else
   * can be posted there until the transaction ends.
   */
  begin(comings: readonly Coming[]): Promise<void>;
  /** The people among these who are in the room. */
  presentAmong(roomId: string, userIds: readonly string[]): Promise<string[]>;
  /** Resolves to those who were removed. */
  remove(roomId: string, userIds: readonly string[]): Promise<string[]>;
  /**
   * Whether somebody is in the room. Their row is locked until the transaction ends: they cannot be removed
   * between this answer and what is done because of it.
   */
  lock(roomId: string, userId: string): Promise<boolean>;
  /**
   * Moves the marker forward, never back; resolves to since when they have been here, or null if it stayed.
   * People who had moved their marker back move only their own: `isNews` says whether others are told.
   */
  moveRead(roomId: string, userId: string, marker: ReadMarker): Promise<ReadMove | null>;
  /** These people in these rooms, as far as they are there. */
  findEach(asked: readonly ParticipantKey[], reader: ParticipantsReader): Promise<Participant[]>;
  /** Pages of many rooms at once, longest there first, with one row more than wanted if there are more. */
  pages(
    requests: readonly ParticipantsRequest[],
    reader: ParticipantsReader,
  ): Promise<(Participant & { request: number })[]>;
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
  counts(roomIds: readonly string[]): Promise<Map<string, number>>;
  /** Up to this many people of a room. */
  someOf(roomId: string, limit: number): Promise<string[]>;
  /** Whether a room has more people than this; no more rows are read than that takes. */
  areMoreThan(people: number, roomId: string): Promise<boolean>;
  /**
   * The people among these who have never written in a direct or private room with this person. Their own
   * actions make nobody less of a stranger, not even bringing somebody back into a room (`into`) in which
   * they once wrote and which they left.
   */
  strangersAmong(userId: string, others: readonly string[], into: string): Promise<string[]>;
}

interface ParticipantRow {
  room_id: string;
  user_id: string;
  joined_at: Date;
  shared_read_up_to: number | null;
  shared_read_at: Date | null;
  delivered_sequence: number;
  shows_reading: boolean;
}

/** The newest message that the stream contained at the position up to which others know somebody has read. */
const SHARED_READ_UP_TO = Prisma.sql`(
  SELECT m.sequence FROM message m
  WHERE m.room_id = p.room_id AND m.event_sequence <= p.shared_read_sequence
    AND m.thread_root_id IS NULL
  ORDER BY m.event_sequence DESC LIMIT 1)`;

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

const showsReading = ({ isKnown }: ParticipantsReader) =>
  Prisma.sql`${isKnown} AND coalesce(o.send_read_receipts, true)`;

export const createParticipantStore = (db: Db): ParticipantStore => ({
  add: async (roomId, userIds, at) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      INSERT INTO participant (room_id, user_id, joined_at)
      SELECT ${roomId}, u.id, ${at} FROM unnest(${[...userIds].sort()}::text[]) AS u(id)
      ORDER BY u.id
      ON CONFLICT DO NOTHING
      RETURNING user_id`;
    return rows.map(({ user_id }) => user_id);
  },
  begin: async (comings) => {
    if (comings.length === 0) return;
    const wanted = comings.flatMap(({ roomId, userIds, sequence }) =>
      userIds.map((userId) => ({ room_id: roomId, user_id: userId, sequence })),
    );
    await db.$executeRaw`
      UPDATE participant p SET read_message_sequence = r.last_sequence, read_system_count = r.system_count,
        read_event_sequence = w.sequence, shared_read_sequence = w.sequence,
        hidden_sequence = CASE r.history_visibility WHEN 'ALL' THEN 0 ELSE w.sequence END,
        hidden_message_sequence = CASE r.history_visibility WHEN 'ALL' THEN 0 ELSE r.last_sequence END
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
        (room_id text, user_id text, sequence bigint)
      JOIN room r ON r.id = w.room_id
      WHERE p.room_id = w.room_id AND p.user_id = w.user_id`;
  },
  presentAmong: async (roomId, userIds) => {
    const rows = await db.participant.findMany({
      where: { roomId, userId: { in: [...userIds] } },
      select: { userId: true },
    });
    return rows.map(({ userId }) => userId);
  },
  remove: async (roomId, userIds) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      DELETE FROM participant
      WHERE room_id = ${roomId} AND user_id = ANY(${[...userIds]}::text[])
      RETURNING user_id`;
    return rows.map(({ user_id }) => user_id);
  },
  lock: async (roomId, userId) => {
    announceLocks(db, `${roomId}:${userId}`);
    const rows = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM participant WHERE room_id = ${roomId} AND user_id = ${userId}
      FOR NO KEY UPDATE`;
    return rows.length === 1;
  },
  moveRead: async (roomId, userId, { messageSequence, eventSequence, at, isShared }) => {
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
  findEach: async (asked, reader) => {
    const wanted = asked.map(({ roomId, userId }) => ({ room_id: roomId, user_id: userId }));
    const rows = await db.$queryRaw<ParticipantRow[]>`
      SELECT p.room_id, p.user_id, p.joined_at, p.shared_read_at, p.delivered_sequence,
        ${SHARED_READ_UP_TO} AS shared_read_up_to, ${showsReading(reader)} AS shows_reading
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (room_id text, user_id text)
      JOIN participant p ON p.room_id = w.room_id AND p.user_id = w.user_id
      LEFT JOIN presence_setting o ON o.user_id = p.user_id`;
    return rows.map(participantFromRow);
  },
  pages: async (requests, reader) => {
    const wanted = requests.map(({ roomId, limit, from }, request) => ({
      request,
      room_id: roomId,
      row_limit: limit + 1,
      from_at: from?.[0] ?? null,
      from_id: from?.[1] ?? null,
    }));
    const rows = await db.$queryRaw<(ParticipantRow & { request: number })[]>`
      SELECT w.request, page.*,
        ${showsReading(reader)} AS shows_reading FROM
        jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w
          (request int, room_id text, row_limit int, from_at timestamptz, from_id text)
        CROSS JOIN LATERAL (
          SELECT p.room_id, p.user_id, p.joined_at, p.shared_read_at, p.delivered_sequence,
            ${SHARED_READ_UP_TO} AS shared_read_up_to
          FROM participant p
          WHERE p.room_id = w.room_id
            AND (p.joined_at, p.user_id) > (coalesce(w.from_at, '-infinity'), coalesce(w.from_id, ''))
          ORDER BY p.joined_at, p.user_id LIMIT w.row_limit
        ) page
        LEFT JOIN presence_setting o ON o.user_id = page.user_id
      ORDER BY w.request, page.joined_at, page.user_id`;
    return rows.map((row) => ({ ...participantFromRow(row), request: row.request }));
  },
  readers: async (requests, people) => {
    const wanted = requests.map(({ messageId, limit, from }, request) => ({
      request,
      message_id: messageId,
      row_limit: limit + 1,
      from_at: from?.[0] ?? null,
      from_id: from?.[1] ?? null,
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
  counts: async (roomIds) => {
    const rows = await db.$queryRaw<{ room_id: string; count: bigint }[]>`
      SELECT room_id, count(*) FROM participant
      WHERE room_id = ANY(${[...roomIds]}::text[]) GROUP BY room_id`;
    return new Map(rows.map(({ room_id, count }) => [room_id, Number(count)]));
  },
  someOf: async (roomId, limit) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      SELECT user_id FROM participant WHERE room_id = ${roomId} LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  },
  areMoreThan: async (people, roomId) => {
    const beyond = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM participant WHERE room_id = ${roomId} OFFSET ${people} LIMIT 1`;
    return beyond.length > 0;
  },
  strangersAmong: async (userId, others, into) => {
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM unnest(${[...others]}::text[]) AS u(id)
      WHERE NOT EXISTS (
        SELECT 1 FROM participant theirs
        JOIN participant own ON own.room_id = theirs.room_id AND own.user_id = ${userId}
        JOIN room r ON r.id = theirs.room_id AND r.kind IN ('DIRECT', 'PRIVATE')
        WHERE theirs.user_id = u.id AND r.id <> ${into} AND EXISTS (
          SELECT 1 FROM message m WHERE m.room_id = r.id AND m.author_id = u.id))`;
    return rows.map(({ id }) => id);
  },
});

const participantFromRow = (row: ParticipantRow): Participant => ({
  roomId: row.room_id,
  userId: row.user_id,
  joinedAt: row.joined_at,
  sharedReadUpTo: row.shared_read_up_to,
  sharedReadAt: row.shared_read_at,
  deliveredUpTo: row.delivered_sequence,
  showsReading: row.shows_reading,
});
