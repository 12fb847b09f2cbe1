import type { Viewer } from '@souk/runtime/domain';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';

/** Ends the viewer's session, or every one; returns how many. Doing it twice ends none. */
export async function logout(
  deps: UsersDeps,
  viewer: Viewer,
  { everywhere }: { everywhere: boolean },
): Promise<number> {
  const { userId: accountId, sessionId: id } = viewer;
  const of = everywhere ? { accountId } : { accountId, id };
  const ended = await deps.transaction(async (stores) => {
    // What is being changed in the name of a session is done before it ends, or not at all.
    await stores.accounts.lock(accountId);
    return endSessions(stores, of, 'LOGGED_OUT', deps.clock());
  });
  await announceEnded(deps, ended);
  return ended.length;
}
