import {
  accountSuspended,
  isIdOf,
  notFound,
  requireScopes,
  type Viewer,
} from '@souk/runtime/domain';
import type { Account } from '../domain/account.ts';
import { lastAdministrator } from '../domain/errors.ts';
import { suspensionOf } from '../domain/suspension.ts';
import type { Stores } from '../persistence/stores.ts';
import { requireRecentProof } from './recent-proof.ts';

/**
 * The account that an admin decides about, locked together with the admin's own, and both in one order. Whether they
 * are an admin is read behind that lock and not from their token: of two who take the role from each other, or
 * suspend each other, at once, the second finds that they may not any more, so somebody who may is always left.
 */
export async function lockedByAdmin(
  stores: Pick<Stores, 'accounts' | 'sessions' | 'signInMethods'>,
  viewer: Viewer,
  { userId, now }: { readonly userId: string; readonly now: Date },
): Promise<Account> {
  const isAccount = isIdOf('usr', userId);
  const ids = isAccount ? [...new Set([viewer.userId, userId])].sort() : [viewer.userId];
  const locked = new Map<string, Account | null>();
  for (const id of ids) locked.set(id, await stores.accounts.lock(id));
  await requireRecentProof(stores, viewer, now);
  const admin = locked.get(viewer.userId);
  requireScopes({ ...viewer, roles: admin?.roles ?? [] }, [['users:admin']]);
  if (admin && suspensionOf(admin, now)) throw accountSuspended();
  const account = locked.get(userId);
  if (!account) throw notFound('User', ['userId']);
  return account;
}

/**
 * Throws where an admin would cease to be one and none would be left who stays: whoever leaves by the role, by a
 * suspension or by deleting the account asks behind one lock, so of two who leave at once the second finds nobody.
 */
export async function assertAdminStays(
  { accounts }: Pick<Stores, 'accounts'>,
  leaving: Account,
  now: Date,
): Promise<void> {
  if (!leaving.roles.includes('ADMIN')) return;
  if (!(await accounts.anotherAdminStays(leaving.id, now))) throw lastAdministrator();
}
