import { type Activity, readingUntil } from '../domain/activity.ts';
import type { Cache } from './backplane.ts';

/** A signed-in device, represented by its session. */
export interface Device {
  userId: string;
  sessionId: string;
}

/** What a device reports about its user. */
export interface Doing {
  /** Records that the user did something, not merely stayed connected. */
  active: boolean;
  /** The room on the screen, if there is one. */
  roomId: string | null;
}

/**
 * Remembers for an hour what people do. Stored times only increase, so no device overwrites what another
 * reported, whichever report comes last. While Redis is away nothing is stored and nobody counts as active:
 * then a mail too many is sent, never one too few.
 */
export interface ActivityRecord {
  note(device: Device, doing: Doing, at: Date): Promise<void>;
  /** What somebody did recently, and until when they count as viewing a room if one is given. */
  of(userId: string, roomId: string | null): Promise<Activity>;
}

const KEPT_SECONDS = 3_600;

export function createActivityRecord(cache: Pick<Cache, 'raise' | 'highest'>): ActivityRecord {
  const activeKey = (userId: string) => `active:${userId}`;
  const deviceKey = ({ userId, sessionId }: Device) => `active:${userId}:${sessionId}`;
  const readingKey = (userId: string, roomId: string) => `reading:${userId}:${roomId}`;
  const raise = (key: string, at: Date) => cache.raise(key, at.getTime(), KEPT_SECONDS);
  const highest = async (key: string) => {
    const at = await cache.highest(key);
    return at === 0 ? null : new Date(at);
  };
  return {
    note: async (device, { active, roomId }, at) => {
      const { userId } = device;
      if (active) {
        await Promise.all([raise(activeKey(userId), at), raise(deviceKey(device), at)]);
      }
      if (roomId === null) return;
      const until = readingUntil(active ? at : await highest(deviceKey(device)), at);
      if (until) await raise(readingKey(userId, roomId), until);
    },
    of: async (userId, roomId) => {
      const [lastActiveAt, readingUntil] = await Promise.all([
        highest(activeKey(userId)),
        roomId === null ? null : highest(readingKey(userId, roomId)),
      ]);
      return { lastActiveAt, readingUntil };
    },
  };
}
