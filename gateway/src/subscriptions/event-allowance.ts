import { createBoundedCache } from '@souk/engine';
import type { Rate } from '../limits/rates/rate.ts';

/**
 * How much of this process's time each viewer's events may take: an account that is filled at a
 * steady rate, up to what may be spent at once. What an event costs is known when it is complete, so
 * an account may be overdrawn, and the next event waits until it is not.
 */
export interface EventAllowance {
  /** Milliseconds until the viewer may have an event completed; 0 is now. */
  waitMs(key: string): number;
  spend(key: string, cost: number): void;
}

interface Account {
  left: number;
  at: number;
}

/** Above that, who was seen longest ago begins anew. */
const MOST_ACCOUNTS = 20_000;

export function createEventAllowance(
  rate: Rate | 'off',
  now: () => number = () => performance.now(),
): EventAllowance {
  if (rate === 'off') return { waitMs: () => 0, spend: () => {} };
  const perMs = rate.points / (rate.perSeconds * 1_000);
  const accounts = createBoundedCache<string, Account>(MOST_ACCOUNTS);
  const accountOf = (key: string): Account => {
    const at = now();
    const account = accounts.get(key) ?? { left: rate.points, at };
    account.left = Math.min(rate.points, account.left + (at - account.at) * perMs);
    account.at = at;
    return account;
  };
  return {
    waitMs: (key) => {
      const { left } = accountOf(key);
      return left > 0 ? 0 : Math.ceil((1 - left) / perMs);
    },
    spend: (key, cost) => {
      const account = accountOf(key);
      account.left -= cost;
      accounts.set(key, account);
    },
  };
}
