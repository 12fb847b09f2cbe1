import type { Page } from '@souk/runtime/graphql';
import { announceLocks } from '@souk/runtime/persistence';
import type { Prisma } from '../__generated__/prisma/client.ts';
import type { RefreshTokenRecord } from '../domain/refresh-rotation.ts';
import type { SeenFrom, Session, SessionEndReason } from '../domain/session.ts';
import type { AuthMethod } from '../domain/step-up.ts';

export interface NewRefreshToken {
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** All sessions of an account, one of them, or all but one. */
export interface SessionsOf {
  readonly accountId: string;
  readonly id?: string;
  readonly except?: string;
}

export interface SessionStore {
  insert(session: Omit<Session, 'endedAt'>): Promise<void>;
  find(id: string): Promise<Session | null>;
  /** Only those of this account: nobody sees another's. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<Session[]>;
  /** Open ones, newest sign-in first; one more than the page holds. */
  openOf(accountId: string, now: Date, page: Page<string>): Promise<Session[]>;
  /** Whether the account signed in with this session, and nobody has ended it for a danger since. */
  isTrusted(accountId: string, id: string): Promise<boolean>;
  countOpenOf(accountId: string, now: Date): Promise<number>;
  /** Ends open sessions of an account; returns their ids. */
  end(of: SessionsOf, reason: SessionEndReason, now: Date): Promise<string[]>;
  /** Ids of those that were ended, not merely expired, at this moment or later. */
  endedSince(moment: Date): Promise<string[]>;
  /** Of these ids, those of open sessions. */
  openAmong(ids: readonly string[], now: Date): Promise<string[]>;
  /** Its device was here; of where it was, what is not known stays as it is. */
  touch(id: string, now: Date, from: SeenFrom): Promise<void>;
  /** Its owner has proved who they are; gives the session as it is then. */
  markAuthenticated(id: string, by: AuthMethod, now: Date): Promise<Session>;
  insertRefreshToken(token: NewRefreshToken): Promise<void>;
  /** The token and its session, both locked: of parallel refreshes the second sees the first. */
  lockRefreshToken(
    digest: Uint8Array<ArrayBuffer>,
  ): Promise<{ token: RefreshTokenRecord; session: Session } | null>;
  /** Whether a token was traded. Behind the lock of another token of its session, that is for good. */
  isUsed(digest: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Whether a token of the session was traded by this key. */
  hasKey(sessionId: string, keyDigest: Uint8Array<ArrayBuffer>): Promise<boolean>;
  markUsed(digest: Uint8Array<ArrayBuffer>, use: TokenUse): Promise<void>;
}

/** How a refresh token was traded. */
export interface TokenUse {
  readonly usedAt: Date;
  readonly successorSalt: Uint8Array<ArrayBuffer>;
  readonly keyDigest: Uint8Array<ArrayBuffer> | null;
}

const FIELDS = {
  id: true,
  accountId: true,
  deviceLabel: true,
  ip: true,
  userAgent: true,
  createdAt: true,
  lastSeenAt: true,
  expiresAt: true,
  endedAt: true,
  authenticatedAt: true,
  authenticatedBy: true,
} as const satisfies Prisma.SessionSelect;

/** A device that was taken off the account, or whose tokens or password somebody else may have had. */
const DANGERS: readonly SessionEndReason[] = ['REVOKED', 'TOKEN_REUSED', 'PASSWORD_CHANGED'];

const openAt = (accountId: string, now: Date) => ({
  accountId,
  endedAt: null,
  expiresAt: { gt: now },
});

export const createSessionStore = (db: Prisma.TransactionClient): SessionStore => ({
  insert: async (session) => {
    await db.session.create({
      data: { ...session, authenticatedBy: [...session.authenticatedBy] },
    });
  },
  find: (id) => db.session.findUnique({ where: { id }, select: FIELDS }),
  findManyOf: (accountId, ids) =>
    db.session.findMany({ where: { accountId, id: { in: [...ids] } }, select: FIELDS }),
  openOf: (accountId, now, { limit, from, direction }) => {
    const forward = direction === 'forward';
    const beyond = from === null ? {} : { id: forward ? { lt: from } : { gt: from } };
    return db.session.findMany({
      where: { ...openAt(accountId, now), ...beyond },
      orderBy: { id: forward ? 'desc' : 'asc' },
      take: limit + 1,
      select: FIELDS,
    });
  },
  isTrusted: async (accountId, id) =>
    (await db.session.count({
      where: { id, accountId, OR: [{ endReason: null }, { endReason: { notIn: [...DANGERS] } }] },
    })) > 0,
  countOpenOf: (accountId, now) => db.session.count({ where: openAt(accountId, now) }),
  end: async ({ accountId, id, except }, reason, now) => {
    const ended = await db.session.updateManyAndReturn({
      where: {
        ...openAt(accountId, now),
        ...(id === undefined ? {} : { id }),
        ...(except === undefined ? {} : { id: { not: except } }),
      },
      data: { endedAt: now, endReason: reason },
      select: { id: true },
    });
    return ended.map((session) => session.id).sort();
  },
  endedSince: async (moment) => {
    const rows = await db.session.findMany({
      where: { endedAt: { gte: moment } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  openAmong: async (ids, now) => {
    const rows = await db.session.findMany({
      where: { id: { in: [...ids] }, endedAt: null, expiresAt: { gt: now } },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
  touch: async (id, now, { ip, userAgent }) => {
    const seen = { ...(ip !== null && { ip }), ...(userAgent !== null && { userAgent }) };
    await db.session.update({ where: { id }, data: { lastSeenAt: now, ...seen } });
  },
  markAuthenticated: async (id, by, now) => {
    await db.$executeRaw`
      UPDATE session SET authenticated_at = ${now},
        authenticated_by = array_remove(authenticated_by, ${by}::auth_method) || ${by}::auth_method
      WHERE id = ${id}`;
    return db.session.findUniqueOrThrow({ where: { id }, select: FIELDS });
  },
  insertRefreshToken: async (token) => {
    await db.refreshToken.create({ data: token });
  },
  lockRefreshToken: async (digest) => {
    announceLocks(db, Buffer.from(digest).toString('base64url'));
    const [row] = await db.$queryRaw<(Session & RefreshTokenRow)[]>`
      SELECT s.id, s.account_id AS "accountId", s.device_label AS "deviceLabel",
        s.ip, s.user_agent AS "userAgent",
        s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
        s.ended_at AS "endedAt", s.authenticated_at AS "authenticatedAt",
        s.authenticated_by::text[] AS "authenticatedBy", t.expires_at AS "tokenExpiresAt", t.used_at AS "usedAt",
        t.successor_salt AS "successorSalt", t.key_digest AS "keyDigest"
      FROM refresh_token t JOIN session s ON s.id = t.session_id
      WHERE t.digest = ${digest} FOR UPDATE OF t, s`;
    if (!row) return null;
    const { tokenExpiresAt: expiresAt, usedAt, successorSalt, keyDigest, ...session } = row;
    return {
      session,
      token: { sessionId: session.id, expiresAt, usedAt, successorSalt, keyDigest },
    };
  },
  isUsed: async (digest) =>
    (await db.refreshToken.count({ where: { digest, usedAt: { not: null } } })) > 0,
  hasKey: async (sessionId, keyDigest) =>
    (await db.refreshToken.count({ where: { sessionId, keyDigest } })) > 0,
  markUsed: async (digest, use) => {
    await db.refreshToken.update({ where: { digest }, data: use });
  },
});

interface RefreshTokenRow {
  tokenExpiresAt: Date;
  usedAt: Date | null;
  successorSalt: Uint8Array | null;
  keyDigest: Uint8Array | null;
}
