import { codeInvalid } from '../domain/errors.ts';
import { answeredChallenge, type EmailCodeInput, useChallenge } from './answer-challenge.ts';
import { acceptedPasswordHash, changePassword } from './change-password.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded } from './end-sessions.ts';
import { openSession, type SignedIn, signedIn } from './signed-in.ts';

export interface ResetPasswordInput extends EmailCodeInput {
  readonly newPassword: string;
  readonly deviceLabel?: string | null | undefined;
}

/** Sets a new password for whoever reads the account's mail, ends every session, and signs in anew. */
export async function resetPassword(
  deps: UsersDeps,
  { newPassword, deviceLabel = null, ...code }: ResetPasswordInput,
): Promise<SignedIn> {
  const path = ['input', 'code'];
  const challenge = await answeredChallenge(deps, code, 'PASSWORD_RESET');
  const { accountId: userId } = challenge;
  if (userId === null) throw codeInvalid(path);
  const passwordPath = ['input', 'newPassword'];
  const passwordHash = await acceptedPasswordHash(deps, userId, newPassword, passwordPath);
  const { opened, ended } = await deps.transaction(async (stores) => {
    const now = deps.clock();
    const account = await stores.accounts.lock(userId);
    if (!account) throw codeInvalid(path);
    await useChallenge(stores, challenge, now);
    const ended = await changePassword(stores, { account, passwordHash, keep: null }, now);
    const opened = await openSession(deps, stores, { userId, deviceLabel, by: ['EMAIL_CODE'] });
    return { opened, ended };
  });
  await announceEnded(deps, ended);
  const answer = await signedIn(deps, opened);
  if (!answer) throw codeInvalid(path);
  return answer;
}
