import { announceLocks, lockByName } from '@souk/runtime/persistence';
import type { Asked, SupportState, SupportSubject } from '../domain/support.ts';
import type { Db } from './client.ts';

/** What somebody asks, as those who may help see it in their queue: nothing of the messages. */
export interface SupportRequest extends Asked {
  roomId: string;
  openedAt: Date;
}

/** Whose queue, what of it, and which page. */
export interface QueueRequest {
  /** Null for that of the staff. */
  sellerId: string | null;
  state: SupportState | null;
  from: string | null;
  limit: number;
}

export interface SupportStore {
  /** An order, and who may ask about it. */
  rememberOrder(order: { id: string; buyerId: string }): Promise<void>;
  buyerOf(orderId: string): Promise<string | null>;
  add(asked: SupportSubject & { roomId: string; askedBy: string }): Promise<void>;
  /** The room in which somebody asks that already; nobody else opens one until the transaction ends. */
  roomOfLocked(subject: SupportSubject, askedBy: string): Promise<string | null>;
  /** Its current state, locked until the transaction ends, before anything else of the room. */
  lock(roomId: string): Promise<SupportRequest | null>;
  /** Who is asked there; undefined where nobody is. */
  sellerOf(roomId: string): Promise<string | null | undefined>;
  change(roomId: string, asked: Asked): Promise<void>;
  /** Up to `limit` rooms in which somebody helps: for a seller, for staff (null), or for any (undefined). */
  takenBy(
    userId: string,
    of: { sellerId: string | null | undefined; limit: number },
  ): Promise<string[]>;
  /** Up to `limit` rooms in which somebody has asked something that is not resolved. */
  unresolvedOf(askedBy: string, limit: number): Promise<string[]>;
  /** Rooms about orders and parts of them, for any caller: who may see them is asked of the rooms. */
  ofOrders(ids: readonly string[]): Promise<{ subjectId: string; roomId: string }[]>;
  /** Those in this state, oldest first, with one more than wanted if there are more. */
  queue(request: QueueRequest): Promise<SupportRequest[]>;
}

/** What stands in a row for who is asked; null stands in no index in which it is looked for. */
const STAFF = '';
const storedSeller = (sellerId: string | null) => sellerId ?? STAFF;

const WITH_ROOM = { room: { select: { createdAt: true } } } as const;

interface Row extends Omit<Asked, 'sellerId' | 'state' | 'customerId'> {
  roomId: string;
  sellerId: string;
  state: string;
  askedBy: string;
  room: { createdAt: Date };
}

const fromRow = ({ room, sellerId, state, askedBy, ...row }: Row): SupportRequest => ({
  ...{ ...row, state: state as SupportState },
  sellerId: sellerId === STAFF ? null : sellerId,
  customerId: askedBy,
  openedAt: room.createdAt,
});

export const createSupportStore = (db: Db): SupportStore => ({
  rememberOrder: async (order) => {
    await db.knownOrder.createMany({ data: [order], skipDuplicates: true });
  },
  buyerOf: async (id) =>
    (await db.knownOrder.findUnique({ where: { id }, select: { buyerId: true } }))?.buyerId ?? null,
  add: async ({ sellerId, ...data }) => {
    await db.supportRoom.create({ data: { ...data, sellerId: storedSeller(sellerId) } });
  },
  roomOfLocked: async ({ orderId, sellerId, sellerOrderId }, askedBy) => {
    await lockByName(db, `support:${orderId ?? sellerOrderId ?? `${sellerId}:${askedBy}`}`);
    const room = await db.supportRoom.findFirst({
      where: { orderId, sellerId: storedSeller(sellerId), sellerOrderId, askedBy },
      select: { roomId: true },
    });
    return room?.roomId ?? null;
  },
  lock: async (roomId) => {
    announceLocks(db, roomId);
    await db.$queryRaw`SELECT 1 FROM support_room WHERE room_id = ${roomId} FOR NO KEY UPDATE`;
    const row = await db.supportRoom.findUnique({ where: { roomId }, include: WITH_ROOM });
    return row && fromRow(row);
  },
  sellerOf: async (roomId) => {
    const row = await db.supportRoom.findUnique({
      where: { roomId },
      select: { sellerId: true },
    });
    if (!row) return undefined;
    return row.sellerId === STAFF ? null : row.sellerId;
  },
  change: async (roomId, { state, takenBy, waitingSince }) => {
    await db.supportRoom.update({ where: { roomId }, data: { state, takenBy, waitingSince } });
  },
  takenBy: async (takenBy, { sellerId, limit }) => {
    const rows = await db.supportRoom.findMany({
      where: {
        takenBy,
        ...(sellerId === undefined ? {} : { sellerId: storedSeller(sellerId) }),
      },
      select: { roomId: true },
      orderBy: { roomId: 'asc' },
      take: limit,
    });
    return rows.map(({ roomId }) => roomId);
  },
  unresolvedOf: async (askedBy, limit) => {
    const rows = await db.supportRoom.findMany({
      where: { askedBy, state: { not: 'RESOLVED' } },
      select: { roomId: true },
      orderBy: { roomId: 'asc' },
      take: limit,
    });
    return rows.map(({ roomId }) => roomId);
  },
  ofOrders: (ids) =>
    db.$queryRaw`
      SELECT order_id AS "subjectId", room_id AS "roomId" FROM support_room
      WHERE order_id = ANY(${[...ids]}::text[])
      UNION ALL
      SELECT seller_order_id, room_id FROM support_room
      WHERE seller_order_id = ANY(${[...ids]}::text[])`,
  queue: async ({ sellerId, state, from, limit }) => {
    const rows = await db.supportRoom.findMany({
      where: {
        sellerId: storedSeller(sellerId),
        ...(state ? { state } : {}),
        ...(from === null ? {} : { roomId: { gt: from } }),
      },
      include: WITH_ROOM,
      orderBy: { roomId: 'asc' },
      take: limit + 1,
    });
    return rows.map(fromRow);
  },
});
