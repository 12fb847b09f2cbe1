import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { rateLimited } from '../domain/errors/common-errors.ts';
import type { Allowance, RateLimit } from './backplane.ts';
import { BoundedMemoryLimiter } from './bounded-memory-limiter.ts';

/** One limiter for each allowance, created by `open` when the allowance is first seen. */
export const createRateLimit = (
  open: (allowance: Allowance, name: string) => RateLimiterAbstract,
): RateLimit => {
  const limiters = new Map<string, RateLimiterAbstract>();

  const limiterFor = (allowance: Allowance): RateLimiterAbstract => {
    const { rule, points, perSeconds } = allowance;
    const name = `${rule}:${points}:${perSeconds}`;
    const limiter = limiters.get(name) ?? open(allowance, name);
    limiters.set(name, limiter);
    return limiter;
  };

  return {
    async consume(key, allowance, points = 1) {
      const { allowed, state } = await limiterFor(allowance)
        .consume(key, points)
        .then((state) => ({ allowed: true, state }), denied);
      return {
        allowed,
        remaining: Math.max(0, state.remainingPoints),
        retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil(state.msBeforeNext / 1_000)),
        windowEndsInMs: Math.max(0, state.msBeforeNext),
      };
    },
    async used(key, allowance) {
      const state = await limiterFor(allowance).get(key);
      return state?.consumedPoints ?? 0;
    },
    async reset(key, allowance) {
      await limiterFor(allowance).delete(key);
    },
    async giveBack(key, allowance, points = 1) {
      await limiterFor(allowance).reward(key, points);
    },
  };
};

/** Counts one use of an allowance and returns how many are left; throws `RATE_LIMITED` when none was. */
export async function limitRate(
  rateLimit: Pick<RateLimit, 'consume'>,
  key: string,
  allowance: Allowance,
): Promise<number> {
  const { allowed, remaining, retryAfterSeconds } = await rateLimit.consume(key, allowance);
  if (!allowed) throw rateLimited(retryAfterSeconds);
  return remaining;
}

/** For a single process; also used by a gateway without a backplane. */
export const createInProcessRateLimit = (): RateLimit =>
  createRateLimit(
    ({ points, perSeconds }) => new BoundedMemoryLimiter({ points, duration: perSeconds }),
  );

/** The limiter refuses by rejecting with its state; any other rejection is an error. */
const denied = (reason: unknown) => {
  if (reason instanceof RateLimiterRes) return { allowed: false, state: reason };
  throw reason;
};
