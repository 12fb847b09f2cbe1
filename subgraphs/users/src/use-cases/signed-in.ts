import type { AccessToken } from '../credentials/access-tokens.ts';
import { newRefreshToken, refreshTokenDigest } from '../credentials/refresh-tokens.ts';
import {
  refreshTokenEndsAt,
  type SeenFrom,
  type Session,
  sessionEndsAt,
} from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';
import type { AccountAtHead } from '../persistence/account-store.ts';
import type { Stores } from '../persistence/stores.ts';
import type { UsersDeps } from './deps.ts';

/** A session with the refresh token that was just given out for it. */
export interface OpenedSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** What every way of signing in answers. */
export interface SignedIn extends OpenedSession {
  readonly viewer: AccountAtHead;
  readonly accessToken: AccessToken;
  /** Proves later that the account was signed in on this device. */
  readonly deviceToken: string;
}

/** Adds the access token, for the roles the account has now; null when the account is gone. */
export async function signedIn(
  { reads, signAccessToken, deviceTokens, clock }: UsersDeps,
  opened: OpenedSession,
): Promise<SignedIn | null> {
  const viewer = await reads.accounts.findAtHead(opened.userId);
  if (!viewer) return null;
  const accessToken = await signAccessToken(viewer.account, opened.sessionId, clock());
  const deviceToken = await deviceTokens.sign(opened);
  return { ...opened, viewer, accessToken, deviceToken };
}

type Sessions = Pick<Stores, 'sessions'>;

/** Who signs in, and by what they proved it. */
export interface NewSession {
  readonly userId: string;
  readonly deviceLabel: string | null;
  readonly by: readonly AuthMethod[];
  readonly from: SeenFrom;
}

/** Starts a session on a new device. */
export async function openSession(
  { clock, newId }: Pick<UsersDeps, 'clock' | 'newId'>,
  stores: Sessions,
  { userId, deviceLabel, by, from }: NewSession,
): Promise<OpenedSession> {
  const now = clock();
  const session = {
    id: newId('ses'),
    accountId: userId,
    deviceLabel,
    ...from,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: sessionEndsAt(now),
    authenticatedAt: now,
    authenticatedBy: by,
  };
  await stores.sessions.insert(session);
  return giveRefreshToken(session, stores, now);
}

/** Gives the session a refresh token: a fresh one, or the given successor of the last. */
export async function giveRefreshToken(
  session: Pick<Session, 'id' | 'accountId' | 'expiresAt'>,
  { sessions }: Sessions,
  now: Date,
  refreshToken = newRefreshToken(),
): Promise<OpenedSession> {
  const expiresAt = refreshTokenEndsAt(session, now);
  const digest = refreshTokenDigest(refreshToken);
  await sessions.insertRefreshToken({ digest, sessionId: session.id, createdAt: now, expiresAt });
  return {
    userId: session.accountId,
    sessionId: session.id,
    refreshToken,
    refreshTokenExpiresAt: expiresAt,
  };
}
