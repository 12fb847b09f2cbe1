import type { Viewer } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import { ROLES, type Role } from '../domain/account.ts';
import { cannotDemoteYourself } from '../domain/errors.ts';
import { assertAdminStays, lockedByAdmin } from './decide-about-account.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';

/** Replaces an account's roles; returns those it has now. Losing one signs the account out. */
export async function setUserRoles(
  deps: UsersDeps,
  viewer: Viewer,
  { userId, roles }: { userId: string; roles: readonly Role[] },
): Promise<readonly Role[]> {
  const wanted = ROLES.filter((role) => role === 'CUSTOMER' || roles.includes(role));
  const ended = await deps.transaction(async (stores) => {
    const now = deps.clock();
    const account = await lockedByAdmin(stores, viewer, { userId, now });
    const isSelf = account.id === viewer.userId;
    if (isSelf && !wanted.includes('ADMIN')) throw cannotDemoteYourself();
    if (!wanted.includes('ADMIN')) await assertAdminStays(stores, account, now);
    await stores.accounts.setRoles(account.id, wanted);
    await stores.events.append({
      type: 'users.RolesChanged',
      stream: userStream(account.id),
      payload: { userId: account.id, roles: [...wanted] },
    });
    const losesARole = account.roles.some((role) => !wanted.includes(role));
    if (!losesARole) return [];
    return endSessions(stores, { accountId: account.id }, 'ROLES_CHANGED', now);
  });
  await announceEnded(deps, ended);
  return wanted;
}
