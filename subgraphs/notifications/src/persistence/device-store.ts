import { lockByName } from '@souk/runtime/persistence';
import type { Device as DeviceRow } from '../__generated__/prisma/client.ts';
import type { Device, DevicePlatform } from '../domain/device.ts';
import type { Db } from './client.ts';

export interface DeviceStore {
  /** Stores it; null if somebody else has the token with other keys. */
  register(device: Device): Promise<Device | null>;
  /** False if the person has no device with this id. */
  remove(userId: string, id: string): Promise<boolean>;
  /** Removes the devices of a session that has ended. */
  removeOfSession(sessionId: string): Promise<void>;
  /** At most this many, the most recently registered ones. */
  keepNewest(userId: string, most: number): Promise<void>;
  /** The person's own devices among these. */
  findOwn(userId: string, ids: readonly string[]): Promise<Device[]>;
  find(id: string): Promise<Device | null>;
  /** The devices of all these people. */
  ofPeople(userIds: readonly string[]): Promise<Device[]>;
  /** The newest first. */
  page(userId: string, page: { before: string | null; limit: number }): Promise<Device[]>;
  markUsed(id: string, at: Date): Promise<void>;
}

export const createDeviceStore = (db: Db): DeviceStore => ({
  register: async ({ id, token, ...data }) => {
    const { device } = db;
    // If two people register it at once, the second one finds the row of the first.
    await lockByName(db, `device:${token}`);
    // It was somebody else's before: a new id ensures that nothing meant for them reaches its new owner.
    const { p256dh, auth } = data;
    await device.deleteMany({ where: { token, userId: { not: data.userId }, p256dh, auth } });
    const others = await device.count({ where: { token, userId: { not: data.userId } } });
    if (others > 0) return null;
    const { createdAt: registeredAt, lastUsedAt: _, ...changed } = data;
    const row = await device.upsert({
      where: { token },
      create: { id, token, ...data, registeredAt },
      update: { ...changed, registeredAt },
    });
    return deviceOfRow(row);
  },
  keepNewest: async (userId, most) => {
    const beyond = await db.device.findMany({
      where: { userId },
      orderBy: [{ registeredAt: 'desc' }, { id: 'desc' }],
      skip: most,
      select: { id: true },
    });
    await db.device.deleteMany({ where: { id: { in: beyond.map(({ id }) => id) } } });
  },
  remove: async (userId, id) => (await db.device.deleteMany({ where: { userId, id } })).count > 0,
  removeOfSession: async (sessionId) => {
    await db.device.deleteMany({ where: { sessionId } });
  },
  findOwn: async (userId, ids) =>
    (await db.device.findMany({ where: { userId, id: { in: [...ids] } } })).map(deviceOfRow),
  find: async (id) => {
    const row = await db.device.findUnique({ where: { id } });
    return row && deviceOfRow(row);
  },
  ofPeople: async (userIds) =>
    (await db.device.findMany({ where: { userId: { in: [...userIds] } } })).map(deviceOfRow),
  page: async (userId, { before, limit }) => {
    const rows = await db.device.findMany({
      where: { userId, ...(before === null ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(deviceOfRow);
  },
  markUsed: async (id, lastUsedAt) => {
    await db.device.updateMany({ where: { id }, data: { lastUsedAt } });
  },
});

const deviceOfRow = ({ registeredAt: _, ...row }: DeviceRow): Device => ({
  ...row,
  platform: row.platform as DevicePlatform,
});
