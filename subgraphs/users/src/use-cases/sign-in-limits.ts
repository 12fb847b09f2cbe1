import { createHash } from 'node:crypto';
import type { RateLimit } from '@souk/runtime/backplane';
import { rateLimited } from '@souk/runtime/domain';
import {
  type Attempts,
  LOGIN_ATTEMPTS,
  LOGIN_ATTEMPTS_FROM_ANYWHERE,
  REGISTRATION_ATTEMPTS,
  REGISTRATION_ATTEMPTS_FROM_ANYWHERE,
  TAKEN_ADDRESSES_REVEALED,
} from '../domain/login-limits.ts';

/** Addresses and logins are counted under a digest, so that the counters hold no names. */
const keyOf = (...parts: readonly string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** The address where none is known, as in a call that came through no gateway: all count as one. */
const addressOf = (clientAddress: string | null) => clientAddress ?? 'unknown';

/** Counts one attempt; throws `RATE_LIMITED` when there were too many. */
export async function countAttempt(rateLimit: RateLimit, of: string, attempts: Attempts) {
  await consume(rateLimit, keyOf(of), attempts);
}

/**
 * Counts one attempt to open an account. What one client is refused does not count for the e-mail
 * address, as with signing in.
 */
export async function countRegistration(
  rateLimit: RateLimit,
  { email, clientAddress }: { email: string; clientAddress: string | null },
) {
  await consume(rateLimit, keyOf(email, addressOf(clientAddress)), REGISTRATION_ATTEMPTS);
  await consume(rateLimit, keyOf(email), REGISTRATION_ATTEMPTS_FROM_ANYWHERE);
}

/** The account and the address that try to sign in. */
export interface SignInAttempt {
  /** The account's id however its login is spelled; what was typed where there is no account. */
  readonly account: string;
  readonly clientAddress: string | null;
  /** The session by which the device is known to the account, if it is. */
  readonly device: string | null;
}

/** An attempt that has been counted. */
export interface CountedSignIn {
  /** Before this place has to wait. */
  readonly attemptsLeft: number;
  /** The password was right: the place starts anew, and nothing was tried from anywhere. */
  succeeded(): Promise<void>;
}

/**
 * Counts one sign-in attempt before its password is looked at, so that parallel guesses cannot race
 * the counter. What one place is refused does not count for the account, else a single stranger could
 * use up what is for everybody.
 */
export async function countSignIn(
  rateLimit: RateLimit,
  { account, clientAddress, device }: SignInAttempt,
): Promise<CountedSignIn> {
  const place = device
    ? keyOf('device', account, device)
    : keyOf('address', account, addressOf(clientAddress));
  const everywhere = device ? [] : LOGIN_ATTEMPTS_FROM_ANYWHERE;
  let attemptsLeft = Number.POSITIVE_INFINITY;
  for (const attempts of LOGIN_ATTEMPTS) {
    attemptsLeft = Math.min(attemptsLeft, await consume(rateLimit, place, attempts));
  }
  for (const attempts of everywhere) await consume(rateLimit, keyOf('account', account), attempts);
  return {
    attemptsLeft,
    succeeded: async () => {
      await Promise.all([
        ...LOGIN_ATTEMPTS.map((attempts) => rateLimit.reset(place, attempts)),
        ...everywhere.map((attempts) => rateLimit.giveBack(keyOf('account', account), attempts)),
      ]);
    },
  };
}

/**
 * Runs a registration whose failure may tell that an e-mail address has an account. A client's address
 * is told so a few times only, and then has to wait whatever it asks. Looked at before and counted
 * after, since most registrations tell nothing; how many run at once is the gateway's limit.
 */
export async function withinTellingLimit<Result>(
  rateLimit: RateLimit,
  clientAddress: string | null,
  tells: (error: unknown) => boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  if (clientAddress === null) return work();
  const key = keyOf('told', clientAddress);
  if ((await rateLimit.used(key, TAKEN_ADDRESSES_REVEALED)) >= TAKEN_ADDRESSES_REVEALED.points) {
    throw rateLimited(TAKEN_ADDRESSES_REVEALED.perSeconds);
  }
  try {
    return await work();
  } catch (error) {
    if (tells(error)) await consume(rateLimit, key, TAKEN_ADDRESSES_REVEALED);
    throw error;
  }
}

/** Takes a point, and returns how many are left; throws `RATE_LIMITED` when there was none. */
async function consume(rateLimit: RateLimit, key: string, attempts: Attempts): Promise<number> {
  const { allowed, remaining, retryAfterSeconds } = await rateLimit.consume(key, attempts);
  if (!allowed) throw rateLimited(retryAfterSeconds);
  return remaining;
}
