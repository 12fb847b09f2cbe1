import { createBoundedCache } from './bounded-cache.ts';

/**
 * Plans that outlive the supergraph over which they were made, by all that they follow from: who serves one
 * supergraph after the other gives the same to each of their engines.
 */
export interface PlanCache {
  /** The plan that is kept, or under way; else what `make` makes, which is kept where it succeeds. */
  plan(key: string, make: () => Promise<string>): Promise<string>;
}

export interface PlanCacheOptions {
  /** Characters of plans that are kept, JSON as they are. Default: those of thousands of usual operations. */
  readonly mostCharacters?: number;
  /** Called for each plan that is asked for, with whether nothing has to be planned for it. */
  readonly onLookUp?: (isKnown: boolean) => void;
}

const MOST_CHARACTERS = 8_000_000;

export function createPlanCache({
  mostCharacters = MOST_CHARACTERS,
  onLookUp,
}: PlanCacheOptions = {}): PlanCache {
  const plans = createBoundedCache<string, string>(mostCharacters, (plan) => plan.length);
  const inFlight = new Map<string, Promise<string>>();
  const make = async (key: string, plan: () => Promise<string>): Promise<string> => {
    try {
      const made = await plan();
      plans.set(key, made);
      return made;
    } finally {
      inFlight.delete(key);
    }
  };
  return {
    plan: (key, plan) => {
      const known = plans.get(key);
      const pending = known === undefined ? inFlight.get(key) : Promise.resolve(known);
      onLookUp?.(pending !== undefined);
      if (pending) return pending;
      const made = make(key, plan);
      inFlight.set(key, made);
      return made;
    },
  };
}
