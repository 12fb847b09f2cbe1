import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  handleWhen,
  SamplingBreaker,
  wrap,
} from 'cockatiel';
import { SubgraphFault } from '../execution/index.ts';

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

/** Most second tries that a quiet time can save up. */
const MAX_SAVED_RETRIES = 10;

export interface Resilience {
  /** Runs the attempt; a second time, when it may, if the subgraph could not be reached. */
  run<Answer>(attempt: () => Promise<Answer>, mayRepeat: boolean): Promise<Answer>;
}

/**
 * Keeps one failing subgraph from dragging others down: bounded concurrency, a circuit breaker,
 * and one retry within a budget, never after a timeout (it would double the load of a slow one).
 */
export function createResilience(options: ResilienceOptions): Resilience {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof SubgraphFault && error.code !== 'SUBGRAPH_ERROR'),
    {
      halfOpenAfter: options.breakerRestMs,
      breaker: new SamplingBreaker({
        threshold: options.breakerThreshold,
        duration: options.breakerWindowMs,
        minimumRps: options.breakerMinimumRps,
      }),
    },
  );
  const policy = wrap(bulkhead(options.concurrency, options.queue), breaker);
  let saved = MAX_SAVED_RETRIES;

  const once = async <Answer>(attempt: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await policy.execute(attempt);
    } catch (error) {
      if (error instanceof BrokenCircuitError)
        throw unavailable('its circuit breaker is open', error);
      if (error instanceof BulkheadRejectedError)
        throw unavailable('too many requests wait for it', error);
      throw error;
    }
  };

  return {
    run: async (attempt, mayRepeat) => {
      saved = Math.min(MAX_SAVED_RETRIES, saved + options.retryBudget);
      try {
        return await once(attempt);
      } catch (error) {
        const refusedHere =
          (error as Error).cause instanceof BrokenCircuitError ||
          (error as Error).cause instanceof BulkheadRejectedError;
        const unreachable = error instanceof SubgraphFault && error.code === 'SUBGRAPH_UNAVAILABLE';
        if (!mayRepeat || !unreachable || refusedHere || saved < 1) throw error;
        saved -= 1;
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 30));
        return once(attempt);
      }
    },
  };
}

const unavailable = (reason: string, cause: unknown) =>
  new SubgraphFault('SUBGRAPH_UNAVAILABLE', reason, { cause });
