import { createBoundedCache } from './bounded-cache.ts';

/**
 * What planning threads have found out, plans above all, by all that it follows from, so that it outlives the
 * supergraph over which it was found: who serves one supergraph after the other gives the same to each of
 * their engines.
 */
export interface PlanCache {
  /** What is kept, or under way; else what `find` finds, which is kept where it succeeds. */
  get(key: string, find: () => Promise<string>): Promise<string>;
}

export interface PlanCacheOptions {
  /** Characters of plans that are kept, JSON as they are. Default: those of thousands of usual operations. */
  readonly mostCharacters?: number;
  /** Called whenever something is asked for, with whether no thread has to do anything for it. */
  readonly onLookUp?: (isKnown: boolean) => void;
}

const MOST_CHARACTERS = 8_000_000;

export function createPlanCache({
  mostCharacters = MOST_CHARACTERS,
  onLookUp,
}: PlanCacheOptions = {}): PlanCache {
  const plans = createBoundedCache<string, string>(mostCharacters, (plan) => plan.length);
  const inFlight = new Map<string, Promise<string>>();
  const findAndKeep = async (key: string, find: () => Promise<string>): Promise<string> => {
    try {
      const found = await find();
      plans.set(key, found);
      return found;
    } finally {
      inFlight.delete(key);
    }
  };
  return {
    get: (key, find) => {
      const known = plans.get(key);
      const pending = known === undefined ? inFlight.get(key) : Promise.resolve(known);
      onLookUp?.(pending !== undefined);
      if (pending) return pending;
      const finding = findAndKeep(key, find);
      inFlight.set(key, finding);
      return finding;
    },
  };
}
