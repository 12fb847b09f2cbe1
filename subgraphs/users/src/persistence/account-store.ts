import { canonicalEmail, digestBytesOf } from '@souk/runtime/domain';
import { userStream } from '@souk/runtime/events';
import type { Page } from '@souk/runtime/graphql';
import { announceLocks, isUniqueViolation, lockByName } from '@souk/runtime/persistence';
import { createSearchIndex, type KeptWords, searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { Account, ProfileChange, Role } from '../domain/account.ts';
import type { Suspension } from '../domain/suspension.ts';
import { accountsFound, pageOfAccounts } from './account-search.ts';

/** A new account with what only the database keeps. */
export interface NewAccount extends Account {
  readonly emailCanonical: string;
  readonly passwordHash: string | null;
}

/** An account with the head of its event stream, both as of one moment. */
export interface AccountAtHead {
  readonly account: Account;
  readonly headSequence: number;
}

export interface AccountStore {
  findMany(ids: readonly string[]): Promise<Account[]>;
  findManyByUsername(usernames: readonly string[]): Promise<Account[]>;
  findAtHead(id: string): Promise<AccountAtHead | null>;
  findCredentials(
    by: { id: string } | { username: string } | { emailCanonical: string },
  ): Promise<{ account: Account; passwordHash: string | null } | null>;
  /** False when somebody has the username or the address already. */
  insert(account: NewAccount): Promise<boolean>;
  findByEmail(emailCanonical: string): Promise<Account | null>;
  /** Also while nobody gets it, as its account was erased lately. */
  emailIsTaken(emailCanonical: string): Promise<boolean>;
  usernameIsTaken(username: string): Promise<boolean>;
  /** When the account will be erased; null keeps it. */
  setDeletionDue(id: string, at: Date | null): Promise<void>;
  /** Ids of accounts that are to be erased by now; some at a time. */
  dueForErasure(now: Date, limit: number): Promise<string[]>;
  /** Leaves of the account only that it was there; nobody gets its names until then. */
  erase(
    account: Pick<Account, 'id' | 'username' | 'email'>,
    at: Date,
    namesUntil: Date,
  ): Promise<void>;
  /** Reads for a change: nobody else changes the account before this transaction ends. */
  lock(id: string): Promise<Account | null>;
  /**
   * Whether an admin other than this one stays: neither suspended nor about to be deleted. Takes the lock on who the
   * admins are, after those of accounts: whoever asks next sees what this transaction makes of them.
   */
  anotherAdminStays(id: string, now: Date): Promise<boolean>;
  updateProfile(id: string, change: ProfileChange): Promise<void>;
  /** Null ends a suspension. */
  setSuspension(id: string, suspension: Suspension | null): Promise<void>;
  setRoles(id: string, roles: readonly Role[]): Promise<void>;
  setPassword(id: string, hash: string, at: Date): Promise<void>;
  /** Another address, which its owner has confirmed; false when another account has it by now. */
  setEmail(id: string, email: { written: string; canonical: string }, at: Date): Promise<boolean>;
  /** Whether the password is still the one of this hash; asked of an account that is locked. */
  hasPasswordHash(id: string, hash: string | null): Promise<boolean>;
  /** Replaces the hash unless the password was changed meanwhile. */
  replacePasswordHash(id: string, oldHash: string, newHash: string): Promise<void>;
  /** The account if it has this address; `first` when it was not confirmed before. */
  verifyEmail(id: string, emailCanonical: string, at: Date): Promise<'first' | 'again' | null>;
  /** Newest first; one more than the page holds. */
  search(query: string | null, page: Page<string>): Promise<Account[]>;
  countMatches(query: string | null): Promise<number>;
  /** The words by which they are found. */
  readonly words: KeptWords;
}

const FIELDS = {
  id: true,
  username: true,
  displayName: true,
  bio: true,
  locale: true,
  timeZone: true,
  avatarMediaId: true,
  deletionDueAt: true,
  createdAt: true,
  email: true,
  emailVerifiedAt: true,
  roles: true,
  suspendedAt: true,
  suspendedUntil: true,
  suspensionReason: true,
} as const satisfies Prisma.AccountSelect;

const COLUMNS = Prisma.sql`a.id, a.username, a.display_name AS "displayName", a.bio, a.locale,
  a.created_at AS "createdAt", a.email, a.email_verified_at AS "emailVerifiedAt",
  a.roles::text[] AS roles, a.time_zone AS "timeZone",
  a.avatar_media_id AS "avatarMediaId", a.deletion_due_at AS "deletionDueAt", a.suspended_at AS "suspendedAt",
  a.suspended_until AS "suspendedUntil", a.suspension_reason AS "suspensionReason"`;

/** A username that nobody wishes for, of a row that has to have one: made of the id. */
const tombstoneOf = (id: string) => `d_${id.slice(id.indexOf('_') + 1)}`;

const NOT_DELETED = { deletedAt: null } as const;

export const createAccountStore = (db: Prisma.TransactionClient): AccountStore => {
  const index = createSearchIndex<Pick<Account, 'id' | 'username' | 'displayName'>>(db, {
    table: 'account',
    indexed: 'deleted_at IS NULL',
    columns: 'id, username, display_name AS "displayName"',
    textsOf: ({ username, displayName }) => [
      [username, 'A'],
      [displayName, 'A'],
    ],
  });
  const isRetired = async (...names: readonly string[]) =>
    (await db.retiredName.count({ where: { digest: { in: names.map(digestBytesOf) } } })) > 0;
  return {
    words: index.words,
    findMany: (ids) =>
      db.account.findMany({ where: { id: { in: [...ids] }, ...NOT_DELETED }, select: FIELDS }),
    findManyByUsername: (usernames) =>
      db.account.findMany({
        where: { username: { in: [...usernames] }, ...NOT_DELETED },
        select: FIELDS,
      }),
    findAtHead: async (id) => {
      // One statement, hence one snapshot: a reader who follows on from the head misses nothing.
      const [row] = await db.$queryRaw<(Account & { head: bigint })[]>`
        SELECT ${COLUMNS}, coalesce(s.sequence, 0) AS head
        FROM account a LEFT JOIN event_stream s ON s.stream = ${userStream.prefix}::text || a.id
        WHERE a.id = ${id} AND a.deleted_at IS NULL`;
      if (!row) return null;
      const { head, ...account } = row;
      return { account, headSequence: Number(head) };
    },
    findCredentials: async (by) => {
      const row = await db.account.findFirst({
        where: { ...by, ...NOT_DELETED },
        select: { ...FIELDS, passwordHash: true },
      });
      if (!row) return null;
      const { passwordHash, ...account } = row;
      return { account, passwordHash };
    },
    insert: async ({ roles, ...account }) => {
      if (await isRetired(account.username, account.emailCanonical)) return false;
      const { count } = await db.account.createMany({
        data: { ...account, roles: [...roles], passwordChangedAt: account.createdAt },
        skipDuplicates: true,
      });
      if (count === 1) await index.write([account]);
      return count === 1;
    },
    findByEmail: (emailCanonical) =>
      db.account.findFirst({ where: { emailCanonical, ...NOT_DELETED }, select: FIELDS }),
    setPassword: async (id, passwordHash, passwordChangedAt) => {
      await db.account.update({ where: { id }, data: { passwordHash, passwordChangedAt } });
    },
    setEmail: async (id, { written, canonical }, emailVerifiedAt) => {
      try {
        await db.account.update({
          where: { id },
          data: { email: written, emailCanonical: canonical, emailVerifiedAt },
        });
        return true;
      } catch (error) {
        if (isUniqueViolation(error)) return false;
        throw error;
      }
    },
    hasPasswordHash: async (id, passwordHash) =>
      (await db.account.count({ where: { id, passwordHash, ...NOT_DELETED } })) === 1,
    emailIsTaken: async (emailCanonical) => {
      // Both are asked whatever the first says: how long it takes tells nobody who is here.
      const [count, retired] = await Promise.all([
        db.account.count({ where: { emailCanonical } }),
        isRetired(emailCanonical),
      ]);
      return count > 0 || retired;
    },
    usernameIsTaken: async (username) =>
      (await db.account.count({ where: { username } })) > 0 || (await isRetired(username)),
    setDeletionDue: async (id, deletionDueAt) => {
      await db.account.update({ where: { id }, data: { deletionDueAt } });
    },
    dueForErasure: async (now, limit) => {
      const rows = await db.account.findMany({
        where: { deletionDueAt: { lte: now }, ...NOT_DELETED },
        orderBy: { deletionDueAt: 'asc' },
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
    erase: async ({ id, username, email }, at, until) => {
      await db.retiredName.createMany({
        data: [username, canonicalEmail(email) ?? email].map((name) => ({
          digest: digestBytesOf(name),
          until,
        })),
        skipDuplicates: true,
      });
      // Also codes of before there was the account, which know the address alone. Those for another
      // spelling of it go with their day.
      const spellings = [email, canonicalEmail(email) ?? email];
      await db.challenge.deleteMany({ where: { email: { in: spellings } } });
      await db.account.update({
        where: { id },
        data: {
          ...{ username: tombstoneOf(id), email: id, emailCanonical: id, displayName: '-' },
          ...{ bio: null, locale: null, timeZone: null, avatarMediaId: null },
          ...{
            passwordHash: null,
            roles: ['CUSTOMER'],
            suspensionReason: null,
            emailVerifiedAt: null,
          },
          ...{ deletionDueAt: null, deletedAt: at },
        },
      });
      await db.$executeRaw`UPDATE account SET search = NULL WHERE id = ${id}`;
    },
    lock: async (id) => {
      announceLocks(db, id);
      const [row] = await db.$queryRaw<Account[]>`
        SELECT ${COLUMNS} FROM account a WHERE a.id = ${id} AND a.deleted_at IS NULL FOR UPDATE`;
      return row ?? null;
    },
    anotherAdminStays: async (id, now) => {
      await lockByName(db, 'admins');
      // The index of admins answers: there are few of them among very many accounts.
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT a.id FROM account a
        WHERE 'ADMIN' = ANY(a.roles) AND a.deleted_at IS NULL AND a.deletion_due_at IS NULL
          AND (a.suspended_at IS NULL OR a.suspended_until <= ${now}) AND a.id <> ${id}
        LIMIT 1`;
      return rows.length > 0;
    },
    updateProfile: async (id, { displayName, bio, locale, timeZone, avatarMediaId }) => {
      const changed = await db.account.update({
        where: { id },
        data: {
          displayName: displayName ?? Prisma.skip,
          bio: bio === undefined ? Prisma.skip : bio,
          locale: locale === undefined ? Prisma.skip : locale,
          timeZone: timeZone === undefined ? Prisma.skip : timeZone,
          avatarMediaId: avatarMediaId === undefined ? Prisma.skip : avatarMediaId,
        },
        select: { id: true, username: true, displayName: true },
      });
      await index.write([changed]);
    },
    setSuspension: async (id, suspension) => {
      await db.account.update({
        where: { id },
        data: {
          suspendedAt: suspension?.since ?? null,
          suspendedUntil: suspension?.until ?? null,
          suspensionReason: suspension?.reason ?? null,
        },
      });
    },
    setRoles: async (id, roles) => {
      await db.account.update({ where: { id }, data: { roles: [...roles] } });
    },
    replacePasswordHash: async (id, oldHash, newHash) => {
      await db.account.updateMany({
        where: { id, passwordHash: oldHash },
        data: { passwordHash: newHash },
      });
    },
    verifyEmail: async (id, emailCanonical, at) => {
      const { count } = await db.account.updateMany({
        where: { id, emailCanonical, emailVerifiedAt: null, ...NOT_DELETED },
        data: { emailVerifiedAt: at },
      });
      if (count === 1) return 'first';
      const verified = await db.account.count({ where: { id, emailCanonical, ...NOT_DELETED } });
      return verified === 1 ? 'again' : null;
    },
    search: async (query, page) => {
      const meansFew = query === null || (await index.matchesFew(searchQueryOf(query)));
      return db.$queryRaw<Account[]>(pageOfAccounts(COLUMNS, query, page, meansFew));
    },
    countMatches: async (query) => {
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) AS count FROM ${accountsFound(query)} a`;
      return Number(row?.count ?? 0);
    },
  };
};
