import { canonicalEmail, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { codeInvalid, emailTaken } from '../domain/errors.ts';
import type { Challenge } from '../persistence/challenge-store.ts';
import { answeredChallenge, type EmailCodeInput, useChallenge } from './answer-challenge.ts';
import type { UsersDeps } from './deps.ts';
import { openSessionOf } from './recent-proof.ts';
import { recordSecurityChange } from './record-security-change.ts';

export interface ConfirmEmailChangeInput {
  readonly newAddress: EmailCodeInput;
  readonly currentAddress?: EmailCodeInput | null | undefined;
}

const AT_NEW = ['input', 'newAddress', 'code'];
const AT_CURRENT = ['input', 'currentAddress', 'code'];

/** Changes the account's address, once the codes of both ends are there. */
export async function confirmEmailChange(
  deps: UsersDeps,
  viewer: Viewer,
  { newAddress, currentAddress }: ConfirmEmailChangeInput,
): Promise<void> {
  const { userId } = viewer;
  const change = await answeredChallenge(deps, newAddress, 'EMAIL_CHANGE', AT_NEW);
  const consent = currentAddress
    ? await answeredChallenge(deps, currentAddress, 'EMAIL_CHANGE_CURRENT', AT_CURRENT)
    : null;
  const email = newEmailOf(change);
  if (change.accountId !== userId) throw codeInvalid(AT_NEW);
  await deps.transaction(async (stores) => {
    const now = deps.clock();
    const account = await stores.accounts.lock(userId);
    if (!account) throw unauthenticated();
    // The codes outlive the proof that they were asked for with, and no session that was ended.
    await openSessionOf(stores, viewer, now);
    if (account.emailVerifiedAt !== null) {
      // Given at the address that the account has now, for the very address that it is to have.
      const consents =
        consent?.accountId === userId &&
        consent.email === canonicalEmail(account.email) &&
        newEmailOf(consent).canonical === email.canonical;
      if (!consents) throw codeInvalid(AT_CURRENT);
      await useChallenge(stores, consent, now, AT_CURRENT);
    }
    await useChallenge(stores, change, now, AT_NEW);
    if (!(await stores.accounts.setEmail(userId, email, now))) throw emailTaken(['input']);
    await stores.challenges.voidAllOf(userId, now);
    const stream = userStream(userId);
    const verified = { userId, email: email.canonical };
    await stores.events.append({ type: 'users.EmailVerified', stream, payload: verified });
    await recordSecurityChange(stores, account, 'EMAIL_CHANGED');
  });
}

const newEmailOf = ({ data }: Challenge) =>
  data.newEmail as { readonly written: string; readonly canonical: string };
