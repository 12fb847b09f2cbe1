import { notFound, type Viewer } from '@souk/runtime/domain';
import type { Session } from '../domain/session.ts';
import type { UsersDeps } from './deps.ts';
import { announceEnded, endSessions } from './end-sessions.ts';

/** Ends one session of the viewer; ending an ended one changes nothing. */
export async function revokeSession(
  deps: UsersDeps,
  { userId: accountId }: Viewer,
  id: string,
): Promise<Session> {
  const { session, ended } = await deps.transaction(async (stores) => {
    await stores.accounts.lock(accountId);
    const ended = await endSessions(stores, { accountId, id }, 'REVOKED', deps.clock());
    const [session] = await stores.sessions.findManyOf(accountId, [id]);
    if (!session) throw notFound('Session', ['sessionId']);
    return { session, ended };
  });
  await announceEnded(deps, ended);
  return session;
}
