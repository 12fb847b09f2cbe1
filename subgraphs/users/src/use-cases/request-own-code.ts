import { canonicalEmail, unauthenticated, type Viewer } from '@souk/runtime/domain';
import type { CodePurpose } from '../domain/mailed-code.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { countCodeMail } from './sign-in-limits.ts';

/** Asks for a code that confirms the viewer's address; null when it is confirmed already. */
export const requestEmailVerification = (
  deps: UsersDeps,
  viewer: Viewer,
  clientAddress: string | null,
): Promise<EmailChallenge | null> =>
  requestOwnCode(deps, viewer, 'EMAIL_VERIFICATION', clientAddress);

/** Asks for a code that proves anew who the viewer is; null while the address is not confirmed. */
export const requestReauthenticationCode = (
  deps: UsersDeps,
  viewer: Viewer,
  clientAddress: string | null,
): Promise<EmailChallenge | null> =>
  requestOwnCode(deps, viewer, 'REAUTHENTICATION', clientAddress);

const requestOwnCode = (
  deps: UsersDeps,
  { userId: accountId }: Viewer,
  purpose: CodePurpose,
  clientAddress: string | null,
): Promise<EmailChallenge | null> =>
  deps.transaction(async (stores) => {
    const account = await stores.accounts.lock(accountId);
    if (!account) throw unauthenticated();
    const isForVerified = purpose === 'REAUTHENTICATION';
    if ((account.emailVerifiedAt !== null) !== isForVerified) return null;
    const email = { written: account.email, canonical: canonicalEmail(account.email) ?? '' };
    await countCodeMail(deps.rateLimit, { email: email.canonical, clientAddress });
    return askForCode(deps, stores, { purpose, email, accountId, answerable: true });
  });
