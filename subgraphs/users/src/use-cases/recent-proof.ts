import { unauthenticated, type Viewer } from '@souk/runtime/domain';
import { isOpen, type Session } from '../domain/session.ts';
import { acceptedProofs, isRecentProof, reauthenticationRequired } from '../domain/step-up.ts';
import type { Stores } from '../persistence/stores.ts';

/** The session of whoever asks; a token of one that has ended does not suffice, however young it is. */
export async function openSessionOf(
  { sessions }: Pick<Stores, 'sessions'>,
  viewer: Viewer,
  now: Date,
): Promise<Session> {
  const session = await sessions.find(viewer.sessionId);
  if (session?.accountId !== viewer.userId || !isOpen(session, now)) throw unauthenticated();
  return session;
}

/**
 * Step-up: what would let a session that was left open take over the account, or do what cannot be
 * undone, asks for a proof of the last ten minutes. Throws `REAUTHENTICATION_REQUIRED` with the ways
 * that the account accepts.
 */
export async function requireRecentProof(
  stores: Pick<Stores, 'sessions' | 'signInMethods'>,
  viewer: Viewer,
  now: Date,
): Promise<Session> {
  const session = await openSessionOf(stores, viewer, now);
  if (isRecentProof(session.authenticatedAt, now)) return session;
  const methods = await stores.signInMethods.of(viewer.userId);
  if (!methods) throw unauthenticated();
  throw reauthenticationRequired(acceptedProofs(methods));
}
