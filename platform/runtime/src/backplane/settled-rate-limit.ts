import type { Allowance, RateLimit } from './backplane.ts';
import { createQuickCounter, type QuickCounter } from './quick-counter.ts';

/**
 * Rates that may be exceeded by what several processes let through within a tenth of a second: the shared
 * counter is waited for by the first use of a window alone, and told of the later ones afterwards. For what
 * people do often, and others wait for.
 */
export function createSettledRateLimit(
  shared: Pick<RateLimit, 'consume'> & Partial<Pick<RateLimit, 'giveBack'>>,
): Pick<RateLimit, 'consume' | 'giveBack'> {
  const counters = new Map<string, QuickCounter>();
  const counterOf = (allowance: Allowance): QuickCounter => {
    const { rule, points, perSeconds } = allowance;
    const name = `${rule}:${points}:${perSeconds}`;
    const counter = counters.get(name) ?? createQuickCounter({ allowance, shared });
    counters.set(name, counter);
    return counter;
  };
  return {
    consume: (key, allowance, points = 1) => counterOf(allowance).consume(key, points),
    giveBack: (key, allowance, points = 1) => counterOf(allowance).giveBack(key, points),
  };
}
