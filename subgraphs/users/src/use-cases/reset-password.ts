import { canonicalEmail } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { Account } from '../domain/account.ts';
import { codeInvalid } from '../domain/errors.ts';
import type { SeenFrom } from '../domain/session.ts';
import type { Stores } from '../persistence/stores.ts';
import { answeredChallenge, type EmailCodeInput, useMailedCode } from './answer-challenge.ts';
import { acceptedPasswordHash, changePassword } from './change-password.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded } from './end-sessions.ts';
import { firstFactorDone, type SignInOutcome, signInOutcome } from './first-factor.ts';

export interface ResetPasswordInput extends EmailCodeInput {
  readonly newPassword: string;
  readonly deviceLabel?: string | null | undefined;
}

/**
 * Sets a new password for whoever reads the account’s mail, ends every session, and signs in anew; a
 * second factor is asked for as ever.
 */
export async function resetPassword(
  deps: UsersDeps,
  { newPassword, deviceLabel = null, ...code }: ResetPasswordInput,
  from: SeenFrom,
): Promise<SignInOutcome> {
  const path = ['input', 'code'];
  const challenge = await answeredChallenge(deps, code, 'PASSWORD_RESET');
  const { accountId: userId } = challenge;
  if (userId === null) throw codeInvalid(path);
  const passwordPath = ['input', 'newPassword'];
  const passwordHash = await acceptedPasswordHash(deps, userId, newPassword, passwordPath);
  const { outcome, ended } = await deps.transaction(async (stores) => {
    const now = deps.clock();
    const account = await stores.accounts.lock(userId);
    if (!account) throw codeInvalid(path);
    await useMailedCode(stores, challenge, account, now);
    // Whoever had the account may have made one: a key would outlive what ends its sessions.
    const revoked = await stores.apiKeys.revokeAllOf(userId, now);
    if (account.emailVerifiedAt === null) await takeOver(stores, account, now);
    const sessions = await changePassword(stores, { account, passwordHash, keep: null }, now);
    const ended = [...sessions, ...revoked];
    const session = { userId, deviceLabel, by: ['EMAIL_CODE'], from } as const;
    return { outcome: await firstFactorDone(deps, stores, session), ended };
  });
  await announceEnded(deps, ended);
  const answer = await signInOutcome(deps, outcome);
  if (!answer) throw codeInvalid(path);
  return answer;
}

/**
 * Whoever opened the account may never have read its address: what they set up to sign in goes, and the
 * address is confirmed by the code.
 */
async function takeOver(
  stores: Stores & TransactionTools,
  { id: userId, email }: Account,
  now: Date,
): Promise<void> {
  const canonical = canonicalEmail(email) ?? email;
  await stores.signInMethods.removeAll(userId);
  await stores.accounts.verifyEmail(userId, canonical, now);
  const payload = { userId, email: canonical };
  await stores.events.append({ type: 'users.EmailVerified', stream: userStream(userId), payload });
}
