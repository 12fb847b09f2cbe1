import { canonicalEmail, type Viewer } from '@souk/runtime/domain';
import { parsedEmail } from '../domain/registration.ts';
import { askForCode, type EmailChallenge } from './ask-for-code.ts';
import type { UsersDeps } from './deps.ts';
import { lockedWithRecentProof, requireRecentProof } from './recent-proof.ts';
import { countCodeMail, countOwnCodeMail } from './sign-in-limits.ts';

/** One code to either end; the account's own is asked for when its owner has confirmed it before. */
export interface EmailChangeChallenges {
  readonly challenge: EmailChallenge;
  readonly currentChallenge: EmailChallenge | null;
}

/**
 * Asks for the codes that change where the account's mail goes. A new address that another account has
 * is answered the same.
 */
export async function requestEmailChange(
  deps: UsersDeps,
  viewer: Viewer,
  newEmail: string,
  clientAddress: string | null,
): Promise<EmailChangeChallenges> {
  const { userId: accountId } = viewer;
  const email = parsedEmail(newEmail, ['newEmail']);
  await requireRecentProof(deps.reads, viewer, deps.clock());
  // Counted before the transaction, which would keep a connection while the counter is slow.
  await countOwnCodeMail(deps.rateLimit, accountId);
  await countCodeMail(deps.rateLimit, { email: email.canonical, clientAddress });
  return deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    const current = { written: account.email, canonical: canonicalEmail(account.email) ?? '' };
    const answerable = !(await stores.accounts.emailIsTaken(email.canonical));
    const data = { newEmail: email };
    return {
      challenge: await askForCode(deps, stores, {
        purpose: 'EMAIL_CHANGE',
        email,
        accountId,
        answerable,
        data,
      }),
      currentChallenge:
        account.emailVerifiedAt === null
          ? null
          : await askForCode(deps, stores, {
              purpose: 'EMAIL_CHANGE_CURRENT',
              email: current,
              accountId,
              answerable: true,
              data,
            }),
    };
  });
}
