import { CircuitState, SamplingBreaker } from 'cockatiel';

export interface ResilienceOptions {
  /** Requests to one subgraph at a time. */
  concurrency: number;
  /** Requests that may wait for a turn; more are refused at once. */
  queue: number;
  /** Share of failures within `breakerWindowMs` at which the subgraph is left alone for a while. */
  breakerThreshold: number;
  breakerWindowMs: number;
  /** After this long one request may try whether it is back. */
  breakerRestMs: number;
  /** Requests per second below which nothing is concluded from failures. */
  breakerMinimumRps: number;
  /** Share of requests that may be tried a second time. */
  retryBudget: number;
}

export const DEFAULT_RESILIENCE: ResilienceOptions = {
  concurrency: 64,
  queue: 128,
  breakerThreshold: 0.5,
  breakerWindowMs: 5_000,
  breakerRestMs: 1_000,
  breakerMinimumRps: 5,
  retryBudget: 0.1,
};

/**
 * A circuit breaker around no function: it is asked before a request and notified after it. The policy
 * that cockatiel wraps around its breakers makes several promises per call, which a gateway that
 * makes ten calls per request feels; when to open is still decided by its breaker.
 */
export interface Breaker {
  /** Whether a request may be sent. True once per rest while the subgraph is left alone. */
  allows(): boolean;
  /** It is left alone, or just tried whether it is back. */
  readonly isOpen: boolean;
  succeeded(): void;
  failed(): void;
}

/** The breaker opened after failures, or closed again, having refused so many requests meanwhile. */
export type BreakerChange =
  | { readonly state: 'open'; readonly failures: number }
  | { readonly state: 'closed'; readonly refused: number; readonly forMs: number };

export function createBreaker(
  options: ResilienceOptions,
  now = () => performance.now(),
  changed: (change: BreakerChange) => void = () => {},
): Breaker {
  const sampling = new SamplingBreaker({
    threshold: options.breakerThreshold,
    duration: options.breakerWindowMs,
    minimumRps: options.breakerMinimumRps,
  });
  let state = CircuitState.Closed;
  let restsUntil = 0;
  let failures = 0;
  let refused = 0;
  let openedAt = 0;
  const open = (): void => {
    if (state === CircuitState.Closed) {
      openedAt = now();
      refused = 0;
      changed({ state: 'open', failures });
    }
    state = CircuitState.Open;
    restsUntil = now() + options.breakerRestMs;
  };
  return {
    get isOpen() {
      return state !== CircuitState.Closed;
    },
    allows() {
      if (state === CircuitState.Closed) return true;
      if (now() < restsUntil) {
        refused += 1;
        return false;
      }
      // One request tries; if its end is never reported, another may after a further rest.
      state = CircuitState.HalfOpen;
      restsUntil = now() + options.breakerRestMs;
      return true;
    },
    succeeded() {
      sampling.success(state);
      failures = 0;
      if (state === CircuitState.Closed) return;
      state = CircuitState.Closed;
      changed({ state: 'closed', refused, forMs: Math.round(now() - openedAt) });
    },
    failed() {
      failures += 1;
      const tooMany = sampling.failure(state);
      if (state === CircuitState.HalfOpen || tooMany) open();
    },
  };
}

/** Most second tries that a quiet time can save up. */
const MAX_SAVED_RETRIES = 10;

/** Retries are for hiccups: when everything fails they would only add to the load. */
export interface RetryBudget {
  /** A request was made, which earns a part of a retry. */
  earn(): void;
  /** Takes one retry, if there is one. */
  spend(): boolean;
}

export function createRetryBudget(share: number): RetryBudget {
  let saved = MAX_SAVED_RETRIES;
  return {
    earn() {
      saved = Math.min(MAX_SAVED_RETRIES, saved + share);
    },
    spend() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
