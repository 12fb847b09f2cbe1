import { canonicalEmail, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { VERIFICATION_MAILS } from '../domain/login-limits.ts';
import type { UsersDeps } from './deps.ts';
import { countAttempt } from './sign-in-limits.ts';

/** Asks for another mail that confirms the viewer's address; false when it is confirmed already. */
export async function requestEmailVerification(
  { transaction, rateLimit, verificationTokens, clock }: UsersDeps,
  { userId }: Viewer,
): Promise<boolean> {
  return transaction(async ({ accounts, events }) => {
    const account = await accounts.lock(userId);
    if (!account) throw unauthenticated();
    if (account.emailVerifiedAt) return false;
    await countAttempt(rateLimit, userId, VERIFICATION_MAILS);
    const { username, displayName, locale, email } = account;
    const verification = { userId, email: canonicalEmail(email) ?? email };
    const emailVerification = await verificationTokens.sign(verification, clock());
    await events.append({
      type: 'users.EmailVerificationRequested',
      stream: userStream(userId),
      payload: { userId, username, displayName, locale, email, emailVerification },
    });
    return true;
  });
}
