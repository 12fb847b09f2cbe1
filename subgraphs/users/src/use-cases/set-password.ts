import type { Viewer } from '@souk/runtime/domain';
import { acceptedPasswordHash, changePassword } from './change-password.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded } from './end-sessions.ts';
import { lockedWithRecentProof, requireRecentProof } from './recent-proof.ts';

/** Sets the viewer's password, the first or another, and ends every other session. */
export async function setPassword(
  deps: UsersDeps,
  viewer: Viewer,
  newPassword: string,
): Promise<void> {
  const { userId, sessionId } = viewer;
  await requireRecentProof(deps.reads, viewer, deps.clock());
  const passwordHash = await acceptedPasswordHash(deps, userId, newPassword, ['newPassword']);
  const ended = await deps.transaction(async (stores) => {
    const now = deps.clock();
    // Once more: the session may have ended while the password was hashed.
    const account = await lockedWithRecentProof(deps, stores, viewer);
    return changePassword(stores, { account, passwordHash, keep: sessionId }, now);
  });
  await announceEnded(deps, ended);
}
