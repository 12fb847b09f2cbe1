import { Prisma } from '../__generated__/prisma/client.ts';
import type { Calls } from '../domain/room-preference.ts';
import type { Db } from './client.ts';

export interface Room {
  id: string;
  kind: string | null;
  name: string | null;
  groupId: string | null;
}

export interface RoomMessage extends Calls {
  id: string;
  roomId: string;
  /** The thread that it is a reply in; null if it is in the room itself. */
  threadId: string | null;
  /** Who followed the thread at that time. */
  followerIds: readonly string[];
  /** Its place in the room's event stream, among people joining and leaving. */
  sequence: number;
  authorId: string | null;
  excerpt: string;
  postedAt: Date;
}

export interface Attendance {
  roomId: string;
  sequence: number;
  joined: readonly string[];
  left: readonly string[];
  /** Those who left because they were banned. */
  banned: readonly string[];
}

/** A person's standing in a room, as far as we have heard. */
export type Standing = 'IN' | 'LEFT' | 'BANNED';

/**
 * Our copy of who is in which room. Joining and leaving is stored with its place in the room's stream, so
 * that who was there at a message is the same in whatever order we hear of it.
 */
export interface RoomStore {
  /** Locked until the transaction ends: a room's events are applied one after the other. */
  lock(roomId: string): Promise<void>;
  describe(room: Room & { sequence: number }): Promise<void>;
  findMany(roomIds: readonly string[]): Promise<Room[]>;
  recordAttendance(attendance: Attendance): Promise<void>;
  /**
   * The people in the room at the event with this sequence: at most this many, after the last one returned
   * before.
   */
  presentAt(
    roomId: string,
    sequence: number,
    page: { after: string | null; limit: number },
  ): Promise<string[]>;
  /** The people among these who were in the room then. */
  presentAmong(roomId: string, sequence: number, userIds: readonly string[]): Promise<Set<string>>;
  /** How far a person has read, by place in the room's stream; never goes back. */
  recordReading(reading: { roomId: string; userId: string; sequence: number }): Promise<void>;
  /** The people among these who have read up to this place. */
  readersOf(roomId: string, sequence: number, userIds: readonly string[]): Promise<Set<string>>;
  /** The person's standing in these rooms, without those that we never heard they were in. */
  standingsOf(userId: string, roomIds: readonly string[]): Promise<Map<string, Standing>>;
  addMessage(message: RoomMessage): Promise<void>;
  /** The first ones with a later place, oldest first. */
  messagesAfter(roomId: string, sequence: number, limit: number): Promise<RoomMessage[]>;
}

export const createRoomStore = (db: Db): RoomStore => ({
  lock: async (roomId) => {
    await db.$executeRaw`
      INSERT INTO room (id) VALUES (${roomId})
      ON CONFLICT (id) DO UPDATE SET id = excluded.id`;
  },
  describe: async ({ id, kind, name, groupId, sequence }) => {
    await db.room.updateMany({
      where: { id, sequence: { lt: sequence } },
      data: { kind, name, groupId, sequence },
    });
  },
  findMany: (roomIds) =>
    db.room.findMany({
      where: { id: { in: [...roomIds] } },
      select: { id: true, kind: true, name: true, groupId: true },
    }),
  recordAttendance: async ({ roomId, sequence, joined, left, banned }) => {
    await db.$executeRaw`
      INSERT INTO room_attendance (room_id, user_id, sequence, present, banned)
      SELECT ${roomId}, user_id, ${sequence}::bigint, present,
        NOT present AND user_id = ANY(${[...banned]}::text[])
      FROM unnest(${[...left, ...joined]}::text[],
        ${[...left.map(() => false), ...joined.map(() => true)]}::boolean[])
        AS moved(user_id, present)
      ON CONFLICT DO NOTHING`;
  },
  // In the order of the primary key, read backwards, so that a long history needs no sorting.
  presentAt: async (roomId, sequence, { after, limit }) => {
    const further = after === null ? Prisma.empty : Prisma.sql`AND user_id < ${after}`;
    const rows = await db.$queryRaw<{ userId: string }[]>`
      SELECT user_id AS "userId" FROM (
        SELECT DISTINCT ON (user_id) user_id, present FROM room_attendance
        WHERE room_id = ${roomId} AND sequence <= ${sequence}::bigint ${further}
        ORDER BY user_id DESC, sequence DESC) latest
      WHERE present ORDER BY user_id DESC LIMIT ${limit}`;
    return rows.map(({ userId }) => userId);
  },
  presentAmong: async (roomId, sequence, userIds) => {
    const rows = await db.$queryRaw<{ userId: string }[]>`
      SELECT wanted.user_id AS "userId" FROM unnest(${[...userIds]}::text[]) AS wanted(user_id)
      CROSS JOIN LATERAL (
        SELECT present FROM room_attendance
        WHERE room_id = ${roomId} AND user_id = wanted.user_id AND sequence <= ${sequence}::bigint
        ORDER BY sequence DESC LIMIT 1) latest
      WHERE present`;
    return new Set(rows.map(({ userId }) => userId));
  },
  standingsOf: async (userId, roomIds) => {
    if (roomIds.length === 0) return new Map();
    const rows = await db.$queryRaw<{ roomId: string; standing: Standing }[]>`
      SELECT wanted.room_id AS "roomId", latest.standing
      FROM unnest(${[...roomIds]}::text[]) AS wanted(room_id)
      CROSS JOIN LATERAL (
        SELECT CASE WHEN present THEN 'IN' WHEN banned THEN 'BANNED' ELSE 'LEFT' END AS standing
        FROM room_attendance WHERE room_id = wanted.room_id AND user_id = ${userId}
        ORDER BY sequence DESC LIMIT 1) latest`;
    return new Map(rows.map(({ roomId, standing }) => [roomId, standing]));
  },
  recordReading: async ({ roomId, userId, sequence }) => {
    await db.$executeRaw`
      INSERT INTO room_reading AS r (room_id, user_id, sequence)
      VALUES (${roomId}, ${userId}, ${sequence}::bigint)
      ON CONFLICT (room_id, user_id)
        DO UPDATE SET sequence = greatest(r.sequence, excluded.sequence)`;
  },
  readersOf: async (roomId, sequence, userIds) => {
    const rows = await db.roomReading.findMany({
      where: { roomId, userId: { in: [...userIds] }, sequence: { gte: sequence } },
      select: { userId: true },
    });
    return new Set(rows.map(({ userId }) => userId));
  },
  addMessage: async (message) => {
    const { mentioned, followerIds } = message;
    const data = { ...message, mentioned: [...mentioned], followerIds: [...followerIds] };
    await db.roomMessage.createMany({ data: [data], skipDuplicates: true });
  },
  messagesAfter: async (roomId, sequence, limit) => {
    const rows = await db.roomMessage.findMany({
      where: { roomId, sequence: { gt: sequence } },
      orderBy: { sequence: 'asc' },
      take: limit,
    });
    return rows.map((row) => ({
      ...row,
      sequence: Number(row.sequence),
      mentionsAll: row.mentionsAll as Calls['mentionsAll'],
    }));
  },
});
