import { createBoundedCache } from './bounded-cache.ts';

/**
 * Results of planning threads, mainly plans, by everything that they depend on, so that they outlive the
 * supergraph for which they were computed: a process that serves one supergraph after the other passes the
 * same cache to each engine.
 */
export interface PlanCache {
  /** The stored or pending result; otherwise the result of `find`, which is stored if it succeeds. */
  get(key: string, find: () => Promise<string>): Promise<string>;
}

export interface PlanCacheOptions {
  /** Characters of stored plans, which are JSON. Default: enough for thousands of usual operations. */
  readonly mostCharacters?: number;
  /** Called for each lookup, with whether it needs no work of a thread. */
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
