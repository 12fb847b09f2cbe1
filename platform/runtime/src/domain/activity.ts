import { MINUTE_MS } from './durations.ts';
/** What somebody did recently, as far as is known; for Souk's own decisions, shown to nobody. */
export interface Activity {
  /** When they last did something, on any device. */
  lastActiveAt: Date | null;
  /** Until when one of their devices counts as showing them the room. */
  readingUntil: Date | null;
}

/** Clients report what is on the screen at least this often. */
const LOOKING_MS = MINUTE_MS;
/** A user with a room on the screen may read for a while without touching anything. */
const READING_MS = 10 * MINUTE_MS;

/**
 * Until when a device that shows a room counts as somebody reading it: only for a while after it last
 * reported that, and after anything was last done on that device. What is done on another device says nothing
 * about who sits in front of this one. Null when it does not count (any more).
 */
export function readingUntil(lastActiveOnDevice: Date | null, shownAt: Date): Date | null {
  if (lastActiveOnDevice === null) return null;
  const until = Math.min(shownAt.getTime() + LOOKING_MS, lastActiveOnDevice.getTime() + READING_MS);
  return until > shownAt.getTime() ? new Date(until) : null;
}
