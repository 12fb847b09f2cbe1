/**
 * What one account may do to people who did not ask for it: open rooms, bring in strangers, and change
 * its presence, which everybody who watches it is sent. All are counted in the transaction that does
 * it, so nobody gets past by being fast, and nothing that failed counts.
 */
export type AccountRule = 'rooms' | 'strangers' | 'presence';

export interface AccountLimits {
  roomsPerWindow: number;
  strangersPerWindow: number;
  contactWindowSeconds: number;
  presenceChangesPerWindow: number;
  presenceWindowSeconds: number;
}

/** How much of it is allowed. */
export function accountQuota(rule: AccountRule, limits: AccountLimits) {
  const { contactWindowSeconds: windowSeconds } = limits;
  switch (rule) {
    case 'rooms':
      return { allowed: limits.roomsPerWindow, windowSeconds };
    case 'strangers':
      return { allowed: limits.strangersPerWindow, windowSeconds };
    case 'presence':
      return {
        allowed: limits.presenceChangesPerWindow,
        windowSeconds: limits.presenceWindowSeconds,
      };
  }
}
