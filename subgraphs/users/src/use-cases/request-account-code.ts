import type { CodePurpose } from '../domain/mailed-code.ts';
import { parsedEmail } from '../domain/registration.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { countCodeMail } from './sign-in-limits.ts';

/** Asks for a code that signs in the account of an address; nothing tells whether there is one. */
export const requestSignInCode = (
  deps: UsersDeps,
  email: string,
  clientAddress: string | null,
): Promise<EmailChallenge> => requestAccountCode(deps, 'SIGN_IN', email, clientAddress);

/** Asks for a code that sets a new password of an address's account; nothing tells whether there is one. */
export const requestPasswordReset = (
  deps: UsersDeps,
  email: string,
  clientAddress: string | null,
): Promise<EmailChallenge> => requestAccountCode(deps, 'PASSWORD_RESET', email, clientAddress);

async function requestAccountCode(
  deps: UsersDeps,
  purpose: CodePurpose,
  text: string,
  clientAddress: string | null,
): Promise<EmailChallenge> {
  const email = parsedEmail(text, ['email']);
  await countCodeMail(deps.rateLimit, { email: email.canonical, clientAddress });
  return deps.transaction(async (stores) => {
    const found = await stores.accounts.findByEmail(email.canonical);
    // Whoever reads the mail gets in: only an address that its owner has confirmed may let them. A new
    // password takes the account over whole, and is how the owner of an unconfirmed one comes by it.
    const isOwners = purpose === 'PASSWORD_RESET' || found?.emailVerifiedAt != null;
    const answerable = found !== null && isOwners;
    return askForCode(deps, stores, {
      ...{ purpose, email, answerable },
      accountId: answerable ? found.id : null,
    });
  });
}
