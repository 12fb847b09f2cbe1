import type { Activity } from './activity.ts';

/** Whether somebody is looking, as far as is known. */
export type Attention = 'ATTENTIVE' | 'AWAY';

/** Milliseconds. A user who did something this recently, on any device, sees the notice in their inbox. */
const ACTIVE_MS = 2 * 60_000;

/**
 * Decided by what somebody does, never by an open connection: an unattended desktop, a closed lid and an
 * inbox that stays open in a tab mean that nobody is looking.
 */
export function attention({ lastActiveAt, readingUntil }: Activity, now: Date): Attention {
  const isActive = lastActiveAt !== null && now.getTime() - lastActiveAt.getTime() < ACTIVE_MS;
  const isReading = readingUntil !== null && now < readingUntil;
  return isActive || isReading ? 'ATTENTIVE' : 'AWAY';
}
