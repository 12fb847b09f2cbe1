import { badInput } from '@souk/runtime/domain';

/** A member's mute in a group. */
export interface Mute {
  since: Date;
  /** Null: until somebody lifts it. */
  until: Date | null;
  reason: string | null;
}

/** An expired mute does not count, even before a worker has removed it. */
export const isMuted = (mute: Mute | null, now: Date): mute is Mute =>
  mute !== null && (mute.until === null || mute.until > now);

/** Refuses a mute that would have ended before it begins. */
export function assertMuteEndsLater(until: Date | null, now: Date): void {
  if (until !== null && until <= now)
    throw badInput('The end of a mute must be in the future.', ['until']);
}
