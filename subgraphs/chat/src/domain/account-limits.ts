/**
 * What one account may do to people who did not ask for it: open rooms, bring in strangers, change rooms and who
 * is in them, which everybody who is there is sent, and change its presence, which everybody who watches it is sent;
 * and how much it may have said later, each a row that outlives its cancellation. All are counted in the transaction
 * that does it, so nobody gets past by being fast, and nothing that failed counts.
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

/** Three times as many as may wait at once, an hour: who plans a day ahead is not stopped. */
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
