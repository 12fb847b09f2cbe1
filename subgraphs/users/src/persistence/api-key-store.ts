import type { Role } from '@souk/runtime/domain';
import type { Page } from '@souk/runtime/graphql';
import type { Prisma } from '../__generated__/prisma/client.ts';
import { type ApiKey, LAST_USE_KNOWN_TO_MS } from '../domain/api-key.ts';
import { isSuspended } from '../domain/suspension.ts';
import type { Db } from './client.ts';

type Digest = Uint8Array<ArrayBuffer>;

export interface NewApiKey extends Omit<ApiKey, 'lastUsedAt' | 'revokedAt'> {
  readonly accountId: string;
  readonly digest: Digest;
}

/** On whose behalf a key asks. */
export interface ApiKeyHolder {
  readonly key: ApiKey;
  readonly accountId: string;
  readonly roles: readonly Role[];
  readonly suspended: boolean;
}

export interface ApiKeyStore {
  insert(key: NewApiKey): Promise<void>;
  /** Of an account, those that may still be used. */
  countOpenOf(accountId: string, now: Date): Promise<number>;
  /** Newest first; one more than the page holds. Revoked ones stay to be seen. */
  pageOf(accountId: string, page: Page<string>): Promise<ApiKey[]>;
  /** Only those of this account. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<ApiKey[]>;
  /** False when it was revoked before, or there is none such. */
  revoke(accountId: string, id: string, now: Date): Promise<boolean>;
  /** Ends every key of an account; gives those that could be used. */
  revokeAllOf(accountId: string, now: Date): Promise<string[]>;
  /** Whoever holds the key, noting that it was used; null when it may be used no more. */
  use(digest: Digest, now: Date): Promise<ApiKeyHolder | null>;
  /** Of these ids, those of keys that may be used. */
  openAmong(ids: readonly string[], now: Date): Promise<string[]>;
}

const FIELDS = {
  id: true,
  name: true,
  prefix: true,
  scopes: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
  revokedAt: true,
} as const satisfies Prisma.ApiKeySelect;

const keyOf = (row: Prisma.ApiKeyGetPayload<{ select: typeof FIELDS }>): ApiKey => ({
  ...row,
  scopes: row.scopes as ApiKey['scopes'],
});

const openAt = (now: Date) =>
  ({
    revokedAt: null,
    OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
  }) satisfies Prisma.ApiKeyWhereInput;

export const createApiKeyStore = ({ apiKey }: Db): ApiKeyStore => ({
  insert: async ({ scopes, ...key }) => {
    await apiKey.create({ data: { ...key, scopes: [...scopes] } });
  },
  countOpenOf: (accountId, now) => apiKey.count({ where: { accountId, ...openAt(now) } }),
  pageOf: async (accountId, { limit, from, direction }) => {
    const forward = direction === 'forward';
    const beyond = from === null ? {} : { id: forward ? { lt: from } : { gt: from } };
    const rows = await apiKey.findMany({
      where: { accountId, ...beyond },
      orderBy: { id: forward ? 'desc' : 'asc' },
      take: limit + 1,
      select: FIELDS,
    });
    return rows.map(keyOf);
  },
  findManyOf: async (accountId, ids) => {
    const rows = await apiKey.findMany({
      where: { accountId, id: { in: [...ids] } },
      select: FIELDS,
    });
    return rows.map(keyOf);
  },
  revoke: async (accountId, id, now) => {
    const { count } = await apiKey.updateMany({
      where: { accountId, id, revokedAt: null },
      data: { revokedAt: now },
    });
    return count === 1;
  },
  revokeAllOf: async (accountId, now) => {
    const revoked = await apiKey.updateManyAndReturn({
      where: { accountId, revokedAt: null },
      data: { revokedAt: now },
      select: { id: true },
    });
    return revoked.map(({ id }) => id);
  },
  use: async (digest, now) => {
    const row = await apiKey.findFirst({
      where: { digest, ...openAt(now), account: { deletedAt: null } },
      select: {
        ...FIELDS,
        accountId: true,
        account: {
          select: { roles: true, suspendedAt: true, suspendedUntil: true },
        },
      },
    });
    if (!row) return null;
    const { account, accountId, ...key } = row;
    const known = key.lastUsedAt?.getTime() ?? 0;
    if (now.getTime() - known > LAST_USE_KNOWN_TO_MS) {
      await apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: now } });
    }
    const { roles } = account;
    return { key: keyOf(key), accountId, roles, suspended: isSuspended(account, now) };
  },
  openAmong: async (ids, now) => {
    const rows = await apiKey.findMany({
      where: { id: { in: [...ids] }, ...openAt(now) },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  },
});
