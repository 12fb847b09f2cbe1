import { announceLocks } from '@souk/runtime/persistence';
import type { RoomRequest } from '../domain/room.ts';
import type { Db } from './client.ts';

export interface AskedInto {
  roomId: string;
  userIds: readonly string[];
  by: string;
  at: Date;
  /** Set when the answer is known in advance: they never learn of it, and the requester is not notified. */
  declinedAt?: Date;
}

/** Who was asked into which room by a stranger, and has not agreed. */
export interface RequestStore {
  /** Resolves to those who had not been asked before; people who declined are not asked again. */
  ask(asked: AskedInto): Promise<string[]>;
  /** The request that waits for somebody's answer, locked until the transaction ends. */
  lock(roomId: string, userId: string): Promise<RoomRequest | null>;
  decline(roomId: string, userId: string, at: Date): Promise<void>;
  /** Withdraws a pending request; false when there is none. */
  withdraw(roomId: string, userId: string): Promise<boolean>;
  /** Withdraws what these people requested; resolves to the people they had asked. */
  withdrawBy(roomId: string, requesterIds: readonly string[]): Promise<string[]>;
  /** Removes requests to people who are in the room by now, and have thereby agreed. */
  settle(roomId: string, userIds: readonly string[]): Promise<void>;
}

export const createRequestStore = (db: Db): RequestStore => ({
  ask: async ({ roomId, userIds, by, at, declinedAt }) => {
    if (userIds.length === 0) return [];
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      INSERT INTO room_request (room_id, user_id, requested_by, requested_at, declined_at)
      SELECT ${roomId}, u.id, ${by}, ${at}, ${declinedAt ?? null}::timestamptz
      FROM unnest(${[...userIds].sort()}::text[]) AS u(id)
      WHERE NOT EXISTS (SELECT 1 FROM participant p WHERE p.room_id = ${roomId} AND p.user_id = u.id)
      ORDER BY u.id
      ON CONFLICT DO NOTHING RETURNING user_id`;
    return rows.map(({ user_id }) => user_id);
  },
  lock: async (roomId, userId) => {
    announceLocks(db, roomId);
    const [row] = await db.$queryRaw<{ requested_by: string; requested_at: Date }[]>`
      SELECT requested_by, requested_at FROM room_request
      WHERE room_id = ${roomId} AND user_id = ${userId} AND declined_at IS NULL FOR UPDATE`;
    return row ? { requestedBy: row.requested_by, requestedAt: row.requested_at } : null;
  },
  decline: async (roomId, userId, declinedAt) => {
    await db.roomRequest.updateMany({ where: { roomId, userId }, data: { declinedAt } });
  },
  withdraw: async (roomId, userId) => {
    const { count } = await db.roomRequest.deleteMany({
      where: { roomId, userId, declinedAt: null },
    });
    return count === 1;
  },
  withdrawBy: async (roomId, requesterIds) => {
    const rows = await db.$queryRaw<{ user_id: string }[]>`
      DELETE FROM room_request WHERE room_id = ${roomId} AND declined_at IS NULL
        AND requested_by = ANY(${[...requesterIds]}::text[]) RETURNING user_id`;
    return rows.map(({ user_id }) => user_id).sort();
  },
  settle: async (roomId, userIds) => {
    await db.roomRequest.deleteMany({ where: { roomId, userId: { in: [...userIds] } } });
  },
});
