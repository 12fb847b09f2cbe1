import { DAY_MS } from '@souk/runtime/domain';
import type { AuthMethod } from './step-up.ts';

/** Why a session ended before its time. */
export type SessionEndReason =
  | 'LOGGED_OUT'
  | 'REVOKED'
  | 'TOKEN_REUSED'
  | 'ROLES_CHANGED'
  | 'SUSPENDED'
  | 'ACCOUNT_DELETED'
  | 'PASSWORD_CHANGED';

/** The address of a device, and how it named itself, when it last signed in or refreshed its tokens. */
export interface SeenFrom {
  /** An IPv4 address, or the network of an IPv6 one. */
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** One signed-in device: a family of refresh tokens, each exchanged for the next. */
export interface Session extends SeenFrom {
  readonly id: string;
  readonly accountId: string;
  readonly deviceLabel: string | null;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  /** When its owner last proved their identity; refreshing tokens is not a new proof. */
  readonly authenticatedAt: Date;
  /** The proofs since it began; each method once, the latest last. */
  readonly authenticatedBy: readonly AuthMethod[];
}

/** OWASP ASVS 7.3: a session ends after idle time and, however active, after a fixed time. */
export const SESSION_IDLE_MS = 14 * DAY_MS;
export const SESSION_ABSOLUTE_MS = 30 * DAY_MS;

export const sessionEndsAt = (signedInAt: Date): Date =>
  new Date(signedInAt.getTime() + SESSION_ABSOLUTE_MS);

/** A refresh token is valid for the idle time, and never longer than its session. */
export const refreshTokenEndsAt = (session: Pick<Session, 'expiresAt'>, now: Date): Date =>
  new Date(Math.min(now.getTime() + SESSION_IDLE_MS, session.expiresAt.getTime()));

export const isOpen = (session: Pick<Session, 'endedAt' | 'expiresAt'>, now: Date): boolean =>
  session.endedAt === null && session.expiresAt > now;
