import { MINUTE_MS } from './durations.ts';
/** What somebody did lately, as far as is known; for Souk's own decisions, shown to nobody. */
export interface Activity {
  /** When they last did something, on any device. */
  lastActiveAt: Date | null;
  /** Until when one of their devices counts as showing them the room. */
  readingUntil: Date | null;
}

/** Clients say what is on the screen at least this often. */
const LOOKING_MS = MINUTE_MS;
/** A user with a room on the screen may read for a while without touching anything. */
const READING_MS = 10 * MINUTE_MS;

/**
 * Until when a device that shows a room counts as somebody reading it: not for long after it last said
 * so, nor after anything was last done on that device. What is done on another one says nothing of who
 * sits before this screen. Null when it counts no more, or never did.
 */
export function readingUntil(lastActiveOnDevice: Date | null, shownAt: Date): Date | null {
  if (lastActiveOnDevice === null) return null;
  const until = Math.min(shownAt.getTime() + LOOKING_MS, lastActiveOnDevice.getTime() + READING_MS);
  return until > shownAt.getTime() ? new Date(until) : null;
}
