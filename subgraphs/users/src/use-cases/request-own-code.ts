import { canonicalEmail, unauthenticated, type Viewer } from '@souk/runtime/domain';
import type { CodePurpose } from '../domain/mailed-code.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { countOwnCodeMail } from './sign-in-limits.ts';

/** Asks for a code that confirms the viewer's address; null when it is confirmed already. */
export const requestEmailVerification = (
  deps: UsersDeps,
  viewer: Viewer,
): Promise<EmailChallenge | null> => requestOwnCode(deps, viewer, 'EMAIL_VERIFICATION');

/** Asks for a code that proves anew who the viewer is; null while the address is not confirmed. */
export const requestReauthenticationCode = (
  deps: UsersDeps,
  viewer: Viewer,
): Promise<EmailChallenge | null> => requestOwnCode(deps, viewer, 'REAUTHENTICATION');

async function requestOwnCode(
  deps: UsersDeps,
  { userId: accountId }: Viewer,
  purpose: CodePurpose,
): Promise<EmailChallenge | null> {
  const [account] = await deps.reads.accounts.findMany([accountId]);
  if (!account) throw unauthenticated();
  const isForVerified = purpose === 'REAUTHENTICATION';
  if ((account.emailVerifiedAt !== null) !== isForVerified) return null;
  // Counted before the transaction, which would keep a connection while the counter is slow.
  await countOwnCodeMail(deps.rateLimit, accountId);
  const email = { written: account.email, canonical: canonicalEmail(account.email) ?? '' };
  return deps.transaction((stores) =>
    askForCode(deps, stores, { purpose, email, accountId, answerable: true }),
  );
}
