import { setTimeout as delay } from 'node:timers/promises';
import { countObjects, createBoundedCache, textAt } from '@souk/engine';
import { createFairTurns } from '@souk/runtime/process';
import type { Rate } from '../limits/rates/rate.ts';
import type { GatewayContext } from '../upstream/context.ts';

/**
 * Schedules the completion of events: each viewer's events wait in a queue of their own and are paid for from
 * that viewer's allowance. A viewer who selects a lot from many events gets them late, without delaying
 * anybody else.
 */
export interface EventWork {
  /** Resolves when the viewer may have an event completed; rejects when nobody waits for it any more. */
  allowed(payer: string, signal?: AbortSignal): Promise<void>;
  isAllowed(payer: string): boolean;
  /** Runs the work when it is its queue's turn. */
  turn<Result>(queue: string, work: () => Promise<Result>): Promise<Result>;
  /** Charges the objects in a result, given as its text; lists are not counted. */
  charge(payer: string, result: string): void;
}

const DATA = ['data'];

export function createEventWork(rate: Rate | 'off'): EventWork {
  const turns = createFairTurns();
  const allowance = createEventAllowance(rate);
  return {
    allowed: async (payer, signal) => {
      for (let wait = allowance.waitMs(payer); wait > 0; wait = allowance.waitMs(payer)) {
        await delay(wait, undefined, { signal, ref: false });
      }
    },
    isAllowed: (payer) => allowance.waitMs(payer) === 0,
    turn: turns.run,
    charge: (payer, result) => allowance.spend(payer, countObjects(textAt(result, DATA) ?? '')),
  };
}

/** The key of the allowance that pays for work done with this context. */
export const payerOf = ({ viewer, payer, requestId }: GatewayContext): string =>
  viewer ? viewer.userId : (payer ?? requestId);

/**
 * How much of this process each viewer's events may use: an account that fills at a steady rate, up to what
 * may be spent at once. The cost of an event is known when it has been completed, so an account may be
 * overdrawn, and the next event waits until it is not.
 */
export interface EventAllowance {
  /** Milliseconds until the viewer may have an event completed; 0 means now. */
  waitMs(key: string): number;
  spend(key: string, cost: number): void;
}

interface Account {
  left: number;
  at: number;
}

/** Beyond that, the accounts of those seen longest ago start again. */
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
