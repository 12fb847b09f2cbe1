import type { ActivityRecord } from '@souk/runtime/backplane';

const READING_MS = 600_000;
const LOOKING_MS = 60_000;

/**
 * The mutant: activity on one device counts for all of them, and the last report of a room stands for all. A
 * room left on the screen of a desktop is then marked as read by touching a phone.
 */
export function activityPerPerson(): ActivityRecord {
  const active = new Map<string, Date>();
  const shown = new Map<string, Date>();
  return {
    note: async ({ userId }, doing, at) => {
      if (doing.active) active.set(userId, at);
      if (doing.roomId !== null) shown.set(`${userId} ${doing.roomId}`, at);
    },
    of: async (userId, roomId) => {
      const lastActiveAt = active.get(userId) ?? null;
      const shownAt = shown.get(`${userId} ${roomId}`) ?? null;
      const until = Math.min(
        (shownAt?.getTime() ?? 0) + LOOKING_MS,
        (lastActiveAt?.getTime() ?? 0) + READING_MS,
      );
      return { lastActiveAt, readingUntil: new Date(until) };
    },
  };
}
