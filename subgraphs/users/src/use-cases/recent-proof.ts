import { unauthenticated, type Viewer } from '@souk/runtime/domain';
import type { Account } from '../domain/account.ts';
import { isOpen, type Session } from '../domain/session.ts';
import {
  type AuthMethod,
  acceptedProofs,
  isRecentProof,
  reauthenticationRequired,
} from '../domain/step-up.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

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

/**
 * The viewer's account, locked, and then the proof: whoever ends sessions takes the same lock, so that a
 * session which was ended meanwhile changes nothing.
 */
export async function lockedWithRecentProof(
  { clock }: Pick<UsersDeps, 'clock'>,
  stores: Pick<Stores, 'accounts' | 'sessions' | 'signInMethods'>,
  viewer: Viewer,
): Promise<Account> {
  const account = await stores.accounts.lock(viewer.userId);
  if (!account) throw unauthenticated();
  await requireRecentProof(stores, viewer, clock());
  return account;
}

/** What proves the second factor itself, or stands for it. */
const SECOND_FACTORS: readonly AuthMethod[] = ['PASSKEY', 'TOTP', 'RECOVERY_CODE'];

/**
 * The account, locked, where the last proof was by a second factor, as far as it has one: a mailbox, or a password, must
 * not be what takes the second factor away, nor what adds another that then does.
 */
export async function lockedWithSecondFactor(
  deps: Pick<UsersDeps, 'clock'>,
  stores: Pick<Stores, 'accounts' | 'sessions' | 'signInMethods'>,
  viewer: Viewer,
): Promise<Account> {
  const account = await lockedWithRecentProof(deps, stores, viewer);
  const { authenticatedBy } = await openSessionOf(stores, viewer, deps.clock());
  const last = authenticatedBy.at(-1);
  const has = await stores.signInMethods.of(account.id);
  if (has?.totpEnabled && !(last && SECOND_FACTORS.includes(last))) {
    const accepted = acceptedProofs(has).filter((method) => SECOND_FACTORS.includes(method));
    throw reauthenticationRequired(accepted);
  }
  return account;
}
