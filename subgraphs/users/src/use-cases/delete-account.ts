import { DAY_MS, DomainError, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { type TransactionTools, userStream } from '@souk/runtime/events';
import type { Account } from '../domain/account.ts';
import type { SecurityChange } from '../domain/security-change.ts';
import type { Stores } from '../persistence/stores.ts';
import { assertAdminStays } from './decide-about-account.ts';
import type { UsersDeps } from './deps.ts';
import { lockedWithRecentProof } from './recent-proof.ts';

/** Days in which its owner may still keep the account. */
export const GRACE_DAYS = 14;

/**
 * Asks for the viewer's account to be erased after the grace; asking again changes nothing. The last admin who stays
 * cannot leave: nobody could make another.
 */
export async function deleteAccount(deps: UsersDeps, viewer: Viewer): Promise<void> {
  await deps.transaction(async (stores) => {
    const account = await lockedWithRecentProof(deps, stores, viewer);
    if (account.deletionDueAt) return;
    const now = deps.clock();
    await assertAdminStays(stores, account, now);
    await stores.accounts.setDeletionDue(account.id, new Date(now.getTime() + GRACE_DAYS * DAY_MS));
    await recordChange(stores, account, 'DELETION_SCHEDULED');
  });
}

/** Keeps the account after all. */
export async function cancelAccountDeletion(
  { transaction }: UsersDeps,
  viewer: Viewer,
): Promise<void> {
  await transaction(async (stores) => {
    const account = await lockOwn(stores, viewer);
    if (!account.deletionDueAt) throw deletionNotScheduled();
    await stores.accounts.setDeletionDue(account.id, null);
    await recordChange(stores, account, 'DELETION_CANCELLED');
  });
}

const deletionNotScheduled = () =>
  new DomainError(
    'DELETION_NOT_SCHEDULED',
    'CONFLICT',
    'No deletion of this account is scheduled.',
  );

async function lockOwn({ accounts }: Pick<Stores, 'accounts'>, viewer: Viewer): Promise<Account> {
  const account = await accounts.lock(viewer.userId);
  if (!account) throw unauthenticated();
  return account;
}

async function recordChange(
  { events }: TransactionTools,
  { id: userId, email }: Account,
  change: Extract<SecurityChange, `DELETION_${string}`>,
): Promise<void> {
  await events.append({
    type: 'users.SecurityChanged',
    stream: userStream(userId),
    payload: { userId, change, email },
  });
}
