import type { Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { cannotSuspendYourself } from '../domain/errors.ts';
import { assertEndsLater, suspensionOf } from '../domain/suspension.ts';
import { assertAdminStays, lockedByAdmin } from './decide-about-account.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';

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
    const account = await lockedByAdmin(stores, viewer, { userId, now });
    if (account.id === viewer.userId) throw cannotSuspendYourself();
    const known = suspensionOf(account, now);
    if (known?.reason === reason && known.until?.getTime() === until?.getTime()) return [];
    await assertAdminStays(stores, account, now);
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
    const account = await lockedByAdmin(stores, viewer, { userId, now });
    if (!suspensionOf(account, now)) return;
    await stores.accounts.setSuspension(account.id, null);
    await stores.events.append({
      type: 'users.UserUnsuspended',
      stream: userStream(account.id),
      payload: { userId: account.id, unsuspendedById: viewer.userId },
    });
  });
}
