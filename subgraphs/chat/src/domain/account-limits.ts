/**
 * How much one account may do that affects people who did not ask for it: open rooms, bring in strangers,
 * change rooms and their participants (which is sent to everybody there), and change its presence (which is
 * sent to all who watch it); and how many messages it may schedule, each a row that outlives its
 * cancellation. All are counted in the transaction that performs them, so nobody gets around the limits by
 * being fast, and nothing that failed counts.
 */
export type AccountRule = 'rooms' | 'strangers' | 'changes' | 'presence' | 'scheduled';

export interface AccountLimits {
  roomsPerWindow: number;
  strangersPerWindow: number;
  changesPerWindow: number;
  contactWindowSeconds: number;
  presenceChangesPerWindow: number;
  presenceWindowSeconds: number;
}

/** Per hour, three times as many as may wait at once: planning a whole day ahead is possible. */
const SCHEDULED = { allowed: 300, windowSeconds: 3_600 } as const;

/** How much of it is allowed. */
export function accountQuota(rule: AccountRule, limits: AccountLimits) {
  const { contactWindowSeconds: windowSeconds } = limits;
  switch (rule) {
    case 'rooms':
      return { allowed: limits.roomsPerWindow, windowSeconds };
    case 'strangers':
      return { allowed: limits.strangersPerWindow, windowSeconds };
    case 'scheduled':
      return SCHEDULED;
    case 'changes':
      return { allowed: limits.changesPerWindow, windowSeconds };
    case 'presence':
      return {
        allowed: limits.presenceChangesPerWindow,
        windowSeconds: limits.presenceWindowSeconds,
      };
  }
}
