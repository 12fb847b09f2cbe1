import type { Activity } from '../domain/activity.ts';
import type { Cache } from './backplane.ts';

/**
 * Remembers doings for an hour. Each kind has a key of its own, which the latest device overwrites, so
 * none takes away what another said. While Redis is away nothing is kept and nobody counts as active:
 * then a mail too many is sent, never one too few.
 */
export interface ActivityRecord {
  active(userId: string, at: Date): Promise<void>;
  lookingAt(userId: string, roomId: string, at: Date): Promise<void>;
  of(userId: string, roomId: string): Promise<Activity>;
}

const KEPT_SECONDS = 3_600;

export function createActivityRecord(cache: Pick<Cache, 'get' | 'set'>): ActivityRecord {
  const activeKey = (userId: string) => `activity:${userId}`;
  const lookingKey = (userId: string, roomId: string) => `looking:${userId}:${roomId}`;
  const dateAt = async (key: string) => {
    const at = await cache.get<number>(key);
    return at === undefined ? null : new Date(at);
  };
  return {
    active: (userId, at) => cache.set(activeKey(userId), at.getTime(), KEPT_SECONDS),
    lookingAt: (userId, roomId, at) =>
      cache.set(lookingKey(userId, roomId), at.getTime(), KEPT_SECONDS),
    of: async (userId, roomId) => {
      const [lastActiveAt, lookedAtRoomAt] = await Promise.all([
        dateAt(activeKey(userId)),
        dateAt(lookingKey(userId, roomId)),
      ]);
      return { lastActiveAt, lookedAtRoomAt };
    },
  };
}
