import { createHash } from 'node:crypto';
import { type RateLimit, rateLimited } from '@souk/runtime';
import { type Attempts, LOGIN_ATTEMPTS } from '../domain/login-limits.ts';

/** Addresses and logins are counted under a digest, so that the counters hold no names. */
const keyOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Counts one attempt; throws `RATE_LIMITED` when there were too many. */
export async function countAttempt(rateLimit: RateLimit, of: string, attempts: Attempts) {
  const { allowed, retryAfterSeconds } = await rateLimit.consume(keyOf(of), attempts);
  if (!allowed) throw rateLimited(retryAfterSeconds);
}

/**
 * Counts one sign-in attempt before its password is looked at, so that parallel guesses cannot
 * race the counter. Returns how many are left.
 */
export async function countLogin(rateLimit: RateLimit, login: string): Promise<number> {
  let attemptsLeft = Number.POSITIVE_INFINITY;
  for (const attempts of LOGIN_ATTEMPTS) {
    const { allowed, remaining, retryAfterSeconds } = await rateLimit.consume(
      keyOf(login),
      attempts,
    );
    if (!allowed) throw rateLimited(retryAfterSeconds);
    attemptsLeft = Math.min(attemptsLeft, remaining);
  }
  return attemptsLeft;
}

/** A right password clears the counters of its login. */
export async function forgetLogins(rateLimit: RateLimit, login: string): Promise<void> {
  await Promise.all(LOGIN_ATTEMPTS.map((attempts) => rateLimit.reset(keyOf(login), attempts)));
}
