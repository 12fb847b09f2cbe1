import type { Page } from '@souk/runtime/graphql';
import { announceLocks } from '@souk/runtime/persistence';
import type { Support, SupportState } from '../domain/support.ts';
import type { Db } from './client.ts';

/** What somebody asks staff, as staff see it in their queue: nothing of the messages. */
export interface SupportRequest extends Support {
  roomId: string;
  customerId: string;
  openedAt: Date;
}

export interface SupportStore {
  /** An order, and who may ask about it. */
  rememberOrder(order: { id: string; buyerId: string }): Promise<void>;
  buyerOf(orderId: string): Promise<string | null>;
  add(asked: { roomId: string; orderId: string; askedBy: string }): Promise<void>;
  /** The room about an order, which nobody else opens until the transaction ends. */
  roomOfOrderLocked(orderId: string): Promise<string | null>;
  /** Its current state, locked until the transaction ends, before anything else of the room. */
  lock(roomId: string): Promise<SupportRequest | null>;
  change(roomId: string, support: Support): Promise<void>;
  /** Rooms in which somebody helps. */
  takenBy(userId: string): Promise<string[]>;
  /** Rooms about orders, for any caller: who may see them is asked of the rooms. */
  ofOrders(orderIds: readonly string[]): Promise<{ orderId: string; roomId: string }[]>;
  /** Those in this state, oldest first, with one more than wanted if there are more. */
  queue(state: SupportState | null, page: Page<string>): Promise<SupportRequest[]>;
}

const WITH_ROOM = { room: { select: { createdAt: true } } } as const;

interface Row {
  roomId: string;
  orderId: string;
  state: string;
  takenBy: string | null;
  askedBy: string;
  room: { createdAt: Date };
}

const fromRow = ({ room, state, askedBy, ...row }: Row): SupportRequest => ({
  ...{ ...row, state: state as SupportState },
  customerId: askedBy,
  openedAt: room.createdAt,
});

export const createSupportStore = (db: Db): SupportStore => ({
  rememberOrder: async (order) => {
    await db.knownOrder.createMany({ data: [order], skipDuplicates: true });
  },
  buyerOf: async (id) =>
    (await db.knownOrder.findUnique({ where: { id }, select: { buyerId: true } }))?.buyerId ?? null,
  add: async (data) => {
    await db.supportRoom.create({ data });
  },
  roomOfOrderLocked: async (orderId) => {
    announceLocks(db, orderId);
    await db.$queryRaw`SELECT 1 FROM known_order WHERE id = ${orderId} FOR NO KEY UPDATE`;
    const room = await db.supportRoom.findUnique({ where: { orderId }, select: { roomId: true } });
    return room?.roomId ?? null;
  },
  lock: async (roomId) => {
    announceLocks(db, roomId);
    await db.$queryRaw`SELECT 1 FROM support_room WHERE room_id = ${roomId} FOR NO KEY UPDATE`;
    const row = await db.supportRoom.findUnique({ where: { roomId }, include: WITH_ROOM });
    return row && fromRow(row);
  },
  change: async (roomId, { state, takenBy }) => {
    await db.supportRoom.update({ where: { roomId }, data: { state, takenBy } });
  },
  takenBy: async (takenBy) => {
    const rows = await db.supportRoom.findMany({
      where: { takenBy },
      select: { roomId: true },
      orderBy: { roomId: 'asc' },
    });
    return rows.map(({ roomId }) => roomId);
  },
  ofOrders: (orderIds) =>
    db.supportRoom.findMany({
      where: { orderId: { in: [...orderIds] } },
      select: { orderId: true, roomId: true },
    }),
  queue: async (state, { from, limit }) => {
    const rows = await db.supportRoom.findMany({
      where: { ...(state ? { state } : {}), ...(from === null ? {} : { roomId: { gt: from } }) },
      include: WITH_ROOM,
      orderBy: { roomId: 'asc' },
      take: limit + 1,
    });
    return rows.map(fromRow);
  },
});
