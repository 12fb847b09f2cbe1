import { CircuitState, SamplingBreaker } from 'cockatiel';

export interface ResilienceOptions {
  /** Concurrent requests to one subgraph. */
  concurrency: number;
  /** Requests that may wait for a turn; more are refused at once. */
  queue: number;
  /** The share of failures within `breakerWindowMs` at which requests to the subgraph stop for a while. */
  breakerThreshold: number;
  breakerWindowMs: number;
  /** After this time one request may test whether it is back. */
  breakerRestMs: number;
  /** With fewer requests per second, failures are not evaluated. */
  breakerMinimumRps: number;
  /** The share of requests that may be tried again, beside some each second: see `createRetryBudget`. */
  retryBudget: number;
  /** Resets of connections count as failures of a subgraph that has answered nothing else for this time. */
  resetsAreBriefForMs: number;
}

export const DEFAULT_RESILIENCE: ResilienceOptions = {
  concurrency: 64,
  queue: 128,
  breakerThreshold: 0.5,
  breakerWindowMs: 5_000,
  breakerRestMs: 1_000,
  breakerMinimumRps: 5,
  retryBudget: 0.2,
  resetsAreBriefForMs: 2_000,
};

/**
 * A circuit breaker that wraps no function: it is asked before a request and notified afterwards. The policy
 * that cockatiel wraps around its breakers makes several promises per call, which a gateway with ten calls
 * per request feels; cockatiel's breaker still decides when to open.
 */
export interface Breaker {
  /** Whether a request may be sent. True once per pause while the breaker is open. */
  allows(): boolean;
  /** The breaker is open, or one request is testing whether the subgraph is back. */
  readonly isOpen: boolean;
  succeeded(): void;
  failed(): void;
}

/** The breaker opened after failures, or closed again after refusing this many requests. */
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
      // One request tests it; if its end is never reported, another may after a further pause.
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

/**
 * Retries allowed in each second whatever the number of requests. Where a few connections of a quiet gateway
 * are reset, a share of its few requests would not pay for them. Finagle's default budget has the same numbers: a fifth
 * of the requests beside ten a second, and what is not used expires after ten seconds
 * (https://finagle.github.io/blog/2016/02/08/retry-budgets).
 */
const RETRIES_PER_SECOND = 10;

/**
 * The most retries that a quiet time can accumulate, which are those of ten seconds: a reset connection hits all
 * requests on their way at once, and each of them is a retry in the same moment.
 */
const MAX_SAVED_RETRIES = 10 * RETRIES_PER_SECOND;

/** Retries are for brief failures: when everything fails they would only add to the load. */
export interface RetryBudget {
  /** A request was made, which earns a fraction of a retry. */
  earn(): void;
  /** Takes one retry, if there is one. */
  spend(): boolean;
}

export function createRetryBudget(share: number, now = () => performance.now()): RetryBudget {
  let saved = MAX_SAVED_RETRIES;
  let paidUntil = now();
  const add = (retries: number) => {
    saved = Math.min(MAX_SAVED_RETRIES, saved + retries);
  };
  return {
    earn: () => add(share),
    spend() {
      const time = now();
      add(((time - paidUntil) / 1_000) * RETRIES_PER_SECOND);
      paidUntil = time;
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
