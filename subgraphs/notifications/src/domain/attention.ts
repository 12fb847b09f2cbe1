import type { Activity } from '@souk/runtime/domain';

/** Whether somebody is looking, as far as one can tell. */
export type Attention = 'ATTENTIVE' | 'AWAY';

const MINUTE_MS = 60_000;
/** Who did something so lately, on any device, sees the notice in their inbox. */
const ACTIVE_MS = 2 * MINUTE_MS;
/** Who has the room itself on the screen may read for a while without touching anything. */
const READING_MS = 10 * MINUTE_MS;
/** Clients say what is on the screen at least this often. */
const LOOKING_MS = MINUTE_MS;

/**
 * Decided by what somebody does, never by an open connection: a desktop that nobody touches, a closed
 * lid and an inbox that stays open in a tab are nobody looking.
 */
export function attention({ lastActiveAt, lookedAtRoomAt }: Activity, now: Date): Attention {
  const isWithin = (at: Date | null, milliseconds: number) =>
    at !== null && now.getTime() - at.getTime() < milliseconds;
  if (isWithin(lastActiveAt, ACTIVE_MS)) return 'ATTENTIVE';
  const isReading = isWithin(lookedAtRoomAt, LOOKING_MS) && isWithin(lastActiveAt, READING_MS);
  return isReading ? 'ATTENTIVE' : 'AWAY';
}
