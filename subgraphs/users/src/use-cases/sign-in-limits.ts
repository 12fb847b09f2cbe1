import { limitRate, type RateLimit } from '@souk/runtime/backplane';
import { digestOf } from '@souk/runtime/domain';
import {
  CEREMONIES,
  CODE_MAILS,
  CODE_MAILS_FROM_ANYWHERE,
  OWN_CODE_MAILS,
} from '../domain/code-limits.ts';
import { LOGIN_ATTEMPTS, LOGIN_ATTEMPTS_FROM_ANYWHERE } from '../domain/login-limits.ts';

/** Addresses and logins are counted under a digest, so that the counters hold no names. */
const keyOf = (...parts: readonly string[]) => digestOf(JSON.stringify(parts));

/** The address where none is known, as in a call that came through no gateway: all count as one. */
const addressOf = (clientAddress: string | null) => clientAddress ?? 'unknown';

/**
 * Counts one code that somebody who is signed in asks for: apart from what strangers ask for at the same
 * address, who would else keep its owner from proving who they are.
 */
export async function countOwnCodeMail(rateLimit: RateLimit, userId: string) {
  await limitRate(rateLimit, keyOf('own code', userId), OWN_CODE_MAILS);
}

/** Who has a code mailed to an address. */
export interface CodeMail {
  readonly email: string;
  readonly clientAddress: string | null;
  /** The session by which the device is known to the address's account, if it is. */
  readonly device?: string | null;
}

/**
 * Counts one code to be mailed; throws `RATE_LIMITED` when there were too many. What one client is
 * refused does not count for the e-mail address, as with signing in; and devices that signed in before
 * count for themselves alone, so that no number of strangers keeps an owner from a code there.
 */
export async function countCodeMail(
  rateLimit: RateLimit,
  { email, clientAddress, device = null }: CodeMail,
) {
  if (device) return void (await limitRate(rateLimit, keyOf('device', email, device), CODE_MAILS));
  await limitRate(rateLimit, keyOf(email, addressOf(clientAddress)), CODE_MAILS);
  await limitRate(rateLimit, keyOf(email), CODE_MAILS_FROM_ANYWHERE);
}

/** Counts a ceremony that anybody may begin, since each is a row; throws `RATE_LIMITED`. */
export async function countCeremony(rateLimit: RateLimit, clientAddress: string | null) {
  await limitRate(rateLimit, keyOf('ceremony', addressOf(clientAddress)), CEREMONIES);
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
 * Counts a guess of a second factor, as passwords are counted but apart from them: whoever has guessed
 * the password begins anew here.
 */
export const countSecondFactor = (
  rateLimit: RateLimit,
  { account, clientAddress }: Pick<SignInAttempt, 'account' | 'clientAddress'>,
): Promise<CountedSignIn> =>
  countSignIn(rateLimit, { account: `${account} second factor`, clientAddress, device: null });

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
    attemptsLeft = Math.min(attemptsLeft, await limitRate(rateLimit, place, attempts));
  }
  for (const attempts of everywhere)
    await limitRate(rateLimit, keyOf('account', account), attempts);
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
