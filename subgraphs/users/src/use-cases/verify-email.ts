import { userStream } from '@souk/runtime/events';
import { codeInvalid } from '../domain/errors.ts';
import { answeredChallenge, type EmailCodeInput, useChallenge } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';

/** Confirms the address that a code was mailed to; returns whose. */
export async function verifyEmail(deps: UsersDeps, input: EmailCodeInput): Promise<string> {
  const path = ['input', 'code'];
  const challenge = await answeredChallenge(deps, input, 'EMAIL_VERIFICATION');
  const { accountId: userId, email } = challenge;
  if (userId === null || email === null) throw codeInvalid(path);
  await deps.transaction(async (stores) => {
    const now = deps.clock();
    await useChallenge(stores, challenge, now);
    const verified = await stores.accounts.verifyEmail(userId, email, now);
    // The account is gone, or has another address by now.
    if (!verified) throw codeInvalid(path);
    if (verified === 'again') return;
    await stores.events.append({
      type: 'users.EmailVerified',
      stream: userStream(userId),
      payload: { userId, email },
    });
  });
  return userId;
}
