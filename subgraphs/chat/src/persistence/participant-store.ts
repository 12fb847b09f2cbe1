import { announceLocks } from '@souk/runtime/persistence';
import type { Participant } from '../domain/room.ts';
import type { Db } from './client.ts';
import { pageRow } from './page-rows.ts';
import {
  type ParticipantPosition,
  type ParticipantRow,
  type ParticipantsReader,
  participantFromRow,
  SHARED_READ_UP_TO,
  showsReading,
} from './participant-rows.ts';

export interface ParticipantsRequest {
  roomId: string;
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
  /** These people in these rooms, as far as they are there. */
  findEach(asked: readonly ParticipantKey[], reader: ParticipantsReader): Promise<Participant[]>;
  /** Pages of many rooms at once, longest there first, with one row more than wanted if there are more. */
  pages(
    requests: readonly ParticipantsRequest[],
    reader: ParticipantsReader,
  ): Promise<(Participant & { request: number })[]>;
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
    const wanted = requests.map(({ roomId, ...page }, request) => ({
      ...pageRow(page, request),
      room_id: roomId,
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
