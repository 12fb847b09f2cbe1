import { setTimeout as delay } from 'node:timers/promises';
import { countObjects, textAt } from '@souk/engine';
import { createFairTurns } from '@souk/runtime/process';
import type { Rate } from '../limits/rates/rate.ts';
import type { GatewayContext } from '../upstream/context.ts';
import { createEventAllowance } from './event-allowance.ts';

/**
 * The work that events make: every event of every subscription is completed by it, each viewer's in
 * a queue of their own and at the expense of their own allowance. A viewer who selects much of many
 * events gets them late, and nobody else does.
 */
export interface EventWork {
  /** Resolves when the viewer may have an event completed; rejects when nobody waits any more. */
  allowed(payer: string, signal?: AbortSignal): Promise<void>;
  isAllowed(payer: string): boolean;
  /** Does the work in the turn of its queue. */
  turn<Result>(queue: string, work: () => Promise<Result>): Promise<Result>;
  /** Charges the objects in the data of a result, given as its text: lists are not counted. */
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
