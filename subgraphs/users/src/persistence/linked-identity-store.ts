import type { Prisma } from '../__generated__/prisma/client.ts';
import type { LinkedIdentity } from '../domain/linked-identity.ts';
import type { Db } from './client.ts';

export interface NewLinkedIdentity extends LinkedIdentity {
  readonly accountId: string;
  /** Who they are there; never shown. */
  readonly subject: string;
}

export interface LinkedIdentityStore {
  /** Oldest first. */
  listOf(accountId: string): Promise<LinkedIdentity[]>;
  /** Only those of this account. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<LinkedIdentity[]>;
  /** Whose identity this is; null when nobody's. */
  ownerOf(provider: string, subject: string): Promise<string | null>;
  /** False when it belongs to somebody already. */
  insert(identity: NewLinkedIdentity): Promise<boolean>;
  remove(accountId: string, id: string): Promise<boolean>;
}

const SHOWN = {
  id: true,
  provider: true,
  displayName: true,
  linkedAt: true,
} as const satisfies Prisma.LinkedIdentitySelect;

export const createLinkedIdentityStore = ({ linkedIdentity }: Db): LinkedIdentityStore => ({
  listOf: (accountId) =>
    linkedIdentity.findMany({ where: { accountId }, select: SHOWN, orderBy: { id: 'asc' } }),
  findManyOf: (accountId, ids) =>
    linkedIdentity.findMany({ where: { accountId, id: { in: [...ids] } }, select: SHOWN }),
  ownerOf: async (provider, subject) => {
    const row = await linkedIdentity.findUnique({
      where: { provider_subject: { provider, subject } },
      select: { accountId: true },
    });
    return row?.accountId ?? null;
  },
  insert: async (identity) => {
    const { count } = await linkedIdentity.createMany({ data: [identity], skipDuplicates: true });
    return count === 1;
  },
  remove: async (accountId, id) => {
    const { count } = await linkedIdentity.deleteMany({ where: { accountId, id } });
    return count === 1;
  },
});
