import { isIdOf, notFound, type Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { Account } from '../domain/account.ts';
import { cannotSuspendYourself } from '../domain/errors.ts';
import { assertEndsLater, suspensionOf } from '../domain/suspension.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';
import { requireRecentProof } from './recent-proof.ts';

export interface SuspendUserInput {
  userId: string;
  reason: string;
  until?: Date | null | undefined;
}

/**
 * Suspends an account, and ends its sessions: whoever signs in again gets tokens that say so, by which
 * every subgraph refuses to change anything for them. The same again changes nothing.
 */
export async function suspendUser(
  deps: UsersDeps,
  viewer: Viewer,
  { userId, reason, until = null }: SuspendUserInput,
): Promise<void> {
  const ended = await deps.transaction(async (stores) => {
    const now = deps.clock();
    assertEndsLater({ until }, now);
    await requireRecentProof(stores, viewer, now);
    const account = await lockUser(stores, userId);
    if (account.id === viewer.userId) throw cannotSuspendYourself();
    const known = suspensionOf(account, now);
    if (known?.reason === reason && known.until?.getTime() === until?.getTime()) return [];
    await stores.accounts.setSuspension(account.id, { reason, until, since: known?.since ?? now });
    await stores.events.append({
      type: 'users.UserSuspended',
      stream: userStream(account.id),
      payload: {
        ...{ userId: account.id, reason, until: until?.toISOString() ?? null },
        suspendedById: viewer.userId,
      },
    });
    return endSessions(stores, { accountId: account.id }, 'SUSPENDED', now);
  });
  await announceEnded(deps, ended);
}

/** Ends a suspension; where there is none, nothing changes. */
export async function unsuspendUser(
  deps: UsersDeps,
  viewer: Viewer,
  userId: string,
): Promise<void> {
  await deps.transaction(async (stores) => {
    const now = deps.clock();
    await requireRecentProof(stores, viewer, now);
    const account = await lockUser(stores, userId);
    if (!suspensionOf(account, now)) return;
    await stores.accounts.setSuspension(account.id, null);
    await stores.events.append({
      type: 'users.UserUnsuspended',
      stream: userStream(account.id),
      payload: { userId: account.id, unsuspendedById: viewer.userId },
    });
  });
}

async function lockUser({ accounts }: Pick<Stores, 'accounts'>, userId: string): Promise<Account> {
  const account = isIdOf('usr', userId) ? await accounts.lock(userId) : null;
  if (!account) throw notFound('User', ['userId']);
  return account;
}
