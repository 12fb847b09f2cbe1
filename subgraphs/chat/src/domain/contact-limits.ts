/**
 * What one account may do to people who did not ask for it: open rooms, and bring in strangers. Both
 * are counted in the transaction that does it, so nobody gets past by being fast, and nothing that
 * failed counts.
 */
export type ContactRule = 'rooms' | 'strangers';

export interface ContactLimits {
  roomsPerWindow: number;
  strangersPerWindow: number;
  contactWindowSeconds: number;
}

/** How much of it is allowed. */
export const contactQuota = (rule: ContactRule, limits: ContactLimits) => ({
  allowed: rule === 'rooms' ? limits.roomsPerWindow : limits.strangersPerWindow,
  windowSeconds: limits.contactWindowSeconds,
});
