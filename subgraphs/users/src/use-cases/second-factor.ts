import { assertExactlyOne, MAX_TRIES } from '@souk/runtime/domain';
import { recoveryCodeDigest } from '../credentials/recovery-codes.ts';
import { totpStep } from '../credentials/totp.ts';
import { codeInvalid } from '../domain/errors.ts';
import type { SeenFrom } from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';
import { triedChallenge, useChallenge } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { type HalfSignedIn, SECOND_FACTOR } from './first-factor.ts';
import { countSecondFactor } from './sign-in-limits.ts';
import { openSession, type SignedIn, signedIn } from './signed-in.ts';

/** A second factor: exactly one of them. */
export interface SecondFactorInput {
  readonly totp?: string | null | undefined;
  readonly recoveryCode?: string | null | undefined;
}

export interface CompleteSignInInput extends SecondFactorInput {
  readonly challengeId: string;
}

/** Signs in whoever brings the second factor after the first. */
export async function completeSignIn(
  deps: UsersDeps,
  { challengeId, ...factor }: CompleteSignInInput,
  from: SeenFrom,
): Promise<SignedIn> {
  const path = ['input', 'challengeId'];
  assertExactlyOne({ totp: factor.totp, recoveryCode: factor.recoveryCode }, ['input']);
  const challenge = await triedChallenge(deps, challengeId, SECOND_FACTOR, path);
  const { accountId: userId } = challenge;
  if (userId === null) throw codeInvalid(path);
  const { deviceLabel, by } = challenge.data as unknown as HalfSignedIn;
  const attemptsLeft = MAX_TRIES - challenge.attempts;
  const method = await takeSecondFactor(deps, userId, factor, {
    clientAddress: from.ip,
    attemptsLeft,
    path: ['input'],
  });
  const opened = await deps.transaction(async (stores) => {
    // First, as a change of password does, which voids the challenges under way.
    await stores.accounts.lock(userId);
    await useChallenge(stores, challenge, deps.clock(), path);
    return openSession(deps, stores, { userId, deviceLabel, by: [...by, method], from });
  });
  const answer = await signedIn(deps, opened);
  if (!answer) throw codeInvalid(path);
  return answer;
}

/**
 * Takes a code of the app, or one that stands in for it, once. Guesses are counted for the account as
 * passwords are, since whoever knows the password can ask for as many challenges as they like.
 */
export async function takeSecondFactor(
  { reads, rateLimit, clock, accountSecrets }: UsersDeps,
  userId: string,
  { totp, recoveryCode }: SecondFactorInput,
  asked: {
    readonly clientAddress: string | null;
    readonly attemptsLeft: number | null;
    readonly path: readonly string[];
  },
): Promise<AuthMethod> {
  const { clientAddress, attemptsLeft } = asked;
  const { secondFactors } = reads;
  const counted = await countSecondFactor(rateLimit, { account: userId, clientAddress });
  const path = [...asked.path, totp == null ? 'recoveryCode' : 'totp'];
  const record = await secondFactors.totpOf(userId);
  if (!record?.confirmedAt) throw codeInvalid(path);
  if (totp != null) {
    const secret = await accountSecrets.open(userId, record.secret);
    const step = await totpStep({ secret, lastStep: record.lastStep }, totp, clock());
    const isTaken = step !== null && (await secondFactors.takeStep(userId, step));
    if (!isTaken) throw codeInvalid(path, { attemptsLeft });
  } else {
    const digest = recoveryCodeDigest(userId, recoveryCode ?? '');
    const isUsed = await secondFactors.useRecoveryCode(userId, digest, clock());
    if (!isUsed) throw codeInvalid(path, { attemptsLeft });
  }
  await counted.succeeded();
  return totp == null ? 'RECOVERY_CODE' : 'TOTP';
}
