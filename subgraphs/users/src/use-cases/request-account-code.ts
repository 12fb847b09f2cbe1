import type { CodePurpose } from '../domain/mailed-code.ts';
import { parsedEmail } from '../domain/registration.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { knownDevice } from './known-device.ts';
import { countCodeMail } from './sign-in-limits.ts';

/** For which address, and what makes the device known to its account. */
export interface AskedCode {
  readonly email: string;
  readonly deviceToken?: string | null | undefined;
}

/** Asks for a code that signs in the account of an address; nothing tells whether there is one. */
export const requestSignInCode = (
  deps: UsersDeps,
  asked: AskedCode,
  clientAddress: string | null,
): Promise<EmailChallenge> => requestAccountCode(deps, 'SIGN_IN', asked, clientAddress);

/** Asks for a code that sets a new password of an address's account; nothing tells whether there is one. */
export const requestPasswordReset = (
  deps: UsersDeps,
  asked: AskedCode,
  clientAddress: string | null,
): Promise<EmailChallenge> => requestAccountCode(deps, 'PASSWORD_RESET', asked, clientAddress);

/** As `knownDevice`. Only a token of ours has an account looked up, so that no other learns by time whether there is one. */
async function knownByAddress(
  deps: UsersDeps,
  email: string,
  deviceToken: AskedCode['deviceToken'],
): Promise<string | null> {
  const device = deviceToken ? await deps.deviceTokens.open(deviceToken) : null;
  if (!device) return null;
  const found = await deps.reads.accounts.findByEmail(email);
  return found && knownDevice(deps, found.id, deviceToken);
}

async function requestAccountCode(
  deps: UsersDeps,
  purpose: CodePurpose,
  { email: text, deviceToken }: AskedCode,
  clientAddress: string | null,
): Promise<EmailChallenge> {
  const email = parsedEmail(text, ['email']);
  const device = await knownByAddress(deps, email.canonical, deviceToken);
  await countCodeMail(deps.rateLimit, { email: email.canonical, clientAddress, device });
  return deps.transaction(async (stores) => {
    const found = await stores.accounts.findByEmail(email.canonical);
    // Whoever reads the mail gets in: only an address that its owner has confirmed may let them. A new
    // password takes the account over whole, and is how the owner of an unconfirmed one comes by it.
    const isOwners = purpose === 'PASSWORD_RESET' || found?.emailVerifiedAt != null;
    const answerable = found !== null && isOwners;
    return askForCode(deps, stores, {
      purpose,
      email,
      answerable,
      accountId: answerable ? found.id : null,
    });
  });
}
