import { CODE_LIFETIME_MS, challengeDigest, newChallengeId } from '@souk/runtime/domain';
import type { AuthMethod } from '../domain/step-up.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import {
  type NewSession,
  type OpenedSession,
  openSession,
  type SignedIn,
  signedIn,
} from './signed-in.ts';

/** Half signed in: one of these must follow. */
export interface SignInChallenge {
  readonly challengeId: string;
  readonly methods: readonly AuthMethod[];
  readonly expiresAt: Date;
}

/** Signed in, or asked for the second factor. */
export type SignInOutcome = { signedIn: SignedIn } | { challenge: SignInChallenge };

/** Signed in, or asked for the second factor, within the transaction: before tokens are signed. */
export type FirstFactorOutcome = { opened: OpenedSession } | { challenge: SignInChallenge };

export const SECOND_FACTOR = 'SECOND_FACTOR';

/** What the first factor has proved, kept until the second one comes. */
export interface HalfSignedIn {
  readonly deviceLabel: string | null;
  readonly by: readonly AuthMethod[];
}

/** Opens the session; where the account has a second factor, asks for that instead. */
export async function firstFactorDone(
  deps: Pick<UsersDeps, 'clock' | 'newId'>,
  stores: Pick<Stores, 'sessions' | 'challenges' | 'signInMethods'>,
  session: NewSession,
): Promise<FirstFactorOutcome> {
  const { userId: accountId, deviceLabel, by } = session;
  const has = await stores.signInMethods.of(accountId);
  if (!has?.totpEnabled) return { opened: await openSession(deps, stores, session) };
  const createdAt = deps.clock();
  const expiresAt = new Date(createdAt.getTime() + CODE_LIFETIME_MS);
  const challengeId = newChallengeId();
  const kept: HalfSignedIn = { deviceLabel, by };
  await stores.challenges.insert({
    digest: challengeDigest(challengeId),
    purpose: SECOND_FACTOR,
    accountId,
    email: null,
    codeDigest: null,
    data: { ...kept },
    createdAt,
    expiresAt,
  });
  const methods: AuthMethod[] = has.recoveryCodesLeft > 0 ? ['TOTP', 'RECOVERY_CODE'] : ['TOTP'];
  return { challenge: { challengeId, methods, expiresAt } };
}

/** After the commit: with tokens, where a session was opened; null when the account is gone. */
export async function signInOutcome(
  deps: UsersDeps,
  outcome: FirstFactorOutcome,
): Promise<SignInOutcome | null> {
  if ('challenge' in outcome) return outcome;
  const answer = await signedIn(deps, outcome.opened);
  return answer && { signedIn: answer };
}
