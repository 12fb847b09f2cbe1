import {
  canonicalEmail,
  challengeDigest,
  isChallengeId,
  isCode,
  MAX_TRIES,
} from '@souk/runtime/domain';
import type { Account } from '../domain/account.ts';
import { codeInvalid } from '../domain/errors.ts';
import type { CodePurpose } from '../domain/mailed-code.ts';
import type { Challenge, ChallengeKey } from '../persistence/challenge-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** A code as it was typed, with the id that its asker was given. */
export interface EmailCodeInput {
  readonly challengeId: string;
  readonly code: string;
}

const AT_CODE = ['input', 'code'];

type Answering = Pick<UsersDeps, 'reads' | 'clock'>;

/**
 * The challenge that a code answers; it is still open, so that what its answer is for can be checked
 * before it is used. Each try is counted before the code is looked at, in a statement that is committed
 * whatever comes of it.
 */
export async function answeredChallenge(
  deps: Answering,
  { challengeId, code }: EmailCodeInput,
  purpose: CodePurpose,
  path: readonly string[] = AT_CODE,
): Promise<Challenge> {
  const challenge = await triedChallenge(deps, challengeId, purpose, path);
  if (!isCode(challenge.codeDigest, challengeId, code)) {
    throw codeInvalid(path, { attemptsLeft: MAX_TRIES - challenge.attempts });
  }
  await deps.reads.challenges.giveBack(challenge.digest);
  return challenge;
}

/** A challenge with a try counted against it; throws `CODE_INVALID` when there is none to answer. */
export async function triedChallenge(
  { reads: { challenges }, clock }: Answering,
  challengeId: string,
  purpose: string,
  path: readonly string[],
): Promise<Challenge> {
  if (!isChallengeId(challengeId)) throw codeInvalid(path);
  const now = clock();
  const of: ChallengeKey = { digest: challengeDigest(challengeId), purpose };
  const challenge = await challenges.countTry(of, MAX_TRIES, now);
  if (challenge) return challenge;
  throw codeInvalid(path, { expired: await challenges.hasExpired(of, now) });
}

/** Uses the challenge up in the surrounding transaction; of parallel answers all but one throw. */
export async function useChallenge(
  { challenges }: Pick<Stores, 'challenges'>,
  { digest }: Challenge,
  now: Date,
  path: readonly string[] = AT_CODE,
): Promise<void> {
  if (!(await challenges.use(digest, now))) throw codeInvalid(path);
}

/**
 * Uses up a code that was mailed to an account's own address. It counts as long as the account has that address: whoever
 * reads the mail of the last one may have asked in the moment in which it was changed.
 */
export async function useMailedCode(
  stores: Pick<Stores, 'challenges'>,
  challenge: Challenge,
  account: Account | null,
  now: Date,
  path: readonly string[] = AT_CODE,
): Promise<void> {
  const own = account && (canonicalEmail(account.email) ?? account.email);
  if (own === null || challenge.email !== own) throw codeInvalid(path);
  await useChallenge(stores, challenge, now, path);
}
