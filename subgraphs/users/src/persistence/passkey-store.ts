import type { Prisma } from '../__generated__/prisma/client.ts';
import type { PasskeyCredential, RegisteredCredential } from '../credentials/passkeys.ts';
import type { Passkey } from '../domain/passkey.ts';
import type { Db } from './client.ts';

export interface PasskeyRecord extends PasskeyCredential {
  readonly id: string;
  readonly accountId: string;
}

export interface NewPasskey extends RegisteredCredential {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly createdAt: Date;
}

export interface PasskeyStore {
  /** Oldest first. */
  listOf(accountId: string): Promise<Passkey[]>;
  /** Only those of this account. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<Passkey[]>;
  credentialsOf(accountId: string): Promise<PasskeyCredential[]>;
  findCredential(credentialId: string): Promise<PasskeyRecord | null>;
  /** False when the credential belongs to somebody already. */
  insert(passkey: NewPasskey): Promise<boolean>;
  /** False when the counter has gone on meanwhile: of parallel uses of one count, one is taken. */
  use(
    of: PasskeyRecord,
    after: { readonly counter: number; readonly backedUp: boolean },
    now: Date,
  ): Promise<boolean>;
  rename(accountId: string, id: string, name: string): Promise<boolean>;
  remove(accountId: string, id: string): Promise<boolean>;
}

const SHOWN = {
  id: true,
  name: true,
  createdAt: true,
  lastUsedAt: true,
  backedUp: true,
} as const satisfies Prisma.PasskeySelect;

const CREDENTIAL = {
  credentialId: true,
  publicKey: true,
  counter: true,
  transports: true,
} as const satisfies Prisma.PasskeySelect;

const withCounter = <Row extends { counter: bigint }>(row: Row) => ({
  ...row,
  counter: Number(row.counter),
});

export const createPasskeyStore = ({ passkey }: Db): PasskeyStore => ({
  listOf: (accountId) =>
    passkey.findMany({ where: { accountId }, select: SHOWN, orderBy: { id: 'asc' } }),
  findManyOf: (accountId, ids) =>
    passkey.findMany({ where: { accountId, id: { in: [...ids] } }, select: SHOWN }),
  credentialsOf: async (accountId) =>
    (await passkey.findMany({ where: { accountId }, select: CREDENTIAL })).map(withCounter),
  findCredential: async (credentialId) => {
    const row = await passkey.findUnique({
      where: { credentialId },
      select: { ...CREDENTIAL, id: true, accountId: true },
    });
    return row && withCounter(row);
  },
  insert: async ({ transports, ...row }) => {
    const { count } = await passkey.createMany({
      data: [{ ...row, transports: [...transports] }],
      skipDuplicates: true,
    });
    return count === 1;
  },
  use: async ({ id, counter }, after, lastUsedAt) => {
    const { count } = await passkey.updateMany({
      where: { id, counter },
      data: { ...after, lastUsedAt },
    });
    return count === 1;
  },
  rename: async (accountId, id, name) => {
    const { count } = await passkey.updateMany({ where: { accountId, id }, data: { name } });
    return count === 1;
  },
  remove: async (accountId, id) => {
    const { count } = await passkey.deleteMany({ where: { accountId, id } });
    return count === 1;
  },
});
