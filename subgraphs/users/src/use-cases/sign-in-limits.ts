import { limitRate, type RateLimit } from '@souk/runtime/backplane';
import { DomainError, digestOf } from '@souk/runtime/domain';
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

/** Who tries to sign in, and where. */
export interface SignInAttempt {
  /** An account's id, or a login as it was typed, in its one form. */
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

/** A sign-in attempt by a login, which has been counted. */
export interface CountedLogin extends CountedSignIn {
  /** The account was tried too often by other names: whatever the password, it is answered as a wrong one. */
  readonly isSpent: boolean;
}

/**
 * Counts an attempt to sign in by a login, twice. What is told of, tries left and waiting, goes by what was typed. The
 * account's own counter, whichever of its names is typed, refuses in silence: by what it said, a stranger who tries a
 * public name and then an address would learn that both are one person's.
 */
export async function countLogin(
  rateLimit: RateLimit,
  { login, account, ...place }: Omit<SignInAttempt, 'account'> & CountedName,
): Promise<CountedLogin> {
  const told = await countSignIn(rateLimit, { account: `login ${login}`, ...place });
  const counted = { account: account ?? `nobody ${login}`, ...place };
  const kept = await countSignIn(rateLimit, counted).catch((error) => {
    if (error instanceof DomainError && error.code === 'RATE_LIMITED') return null;
    throw error;
  });
  return {
    attemptsLeft: told.attemptsLeft,
    isSpent: kept === null,
    succeeded: async () => void (await Promise.all([told.succeeded(), kept?.succeeded()])),
  };
}

interface CountedName {
  /** What was typed, in its one form. */
  readonly login: string;
  /** Null where nobody has this login. */
  readonly account: string | null;
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
