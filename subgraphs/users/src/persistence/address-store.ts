import type { Page } from '@souk/runtime/graphql';
import type { Prisma } from '../__generated__/prisma/client.ts';
import type { SavedAddress } from '../domain/address-book.ts';

export interface AddressStore {
  /** Only those of this account: nobody sees another's. */
  findManyOf(accountId: string, ids: readonly string[]): Promise<SavedAddress[]>;
  /** The newest first; one more than the page holds. */
  listOf(accountId: string, page: Page<string>): Promise<SavedAddress[]>;
  countOf(accountId: string): Promise<number>;
  insert(address: SavedAddress): Promise<void>;
  update(address: SavedAddress): Promise<void>;
  /** Takes from all other addresses of the account what this one is the default for. */
  takeDefaults(address: SavedAddress): Promise<void>;
  /** False when the account has no such address. */
  delete(accountId: string, id: string): Promise<boolean>;
}

type Row = Omit<SavedAddress, 'postal'> & SavedAddress['postal'];

const FIELDS = {
  id: true,
  accountId: true,
  name: true,
  line1: true,
  line2: true,
  city: true,
  region: true,
  postalCode: true,
  country: true,
  phone: true,
  isDefaultShipping: true,
  isDefaultBilling: true,
  createdAt: true,
} as const satisfies Prisma.AddressSelect;

const addressOf = ({
  id,
  accountId,
  isDefaultShipping,
  isDefaultBilling,
  createdAt,
  ...postal
}: Row): SavedAddress => ({
  id,
  accountId,
  postal,
  isDefaultShipping,
  isDefaultBilling,
  createdAt,
});

const rowOf = ({ postal, ...address }: SavedAddress): Row => ({ ...address, ...postal });

export const createAddressStore = (db: Prisma.TransactionClient): AddressStore => ({
  findManyOf: async (accountId, ids) =>
    (await db.address.findMany({ where: { accountId, id: { in: [...ids] } }, select: FIELDS })).map(
      addressOf,
    ),
  listOf: async (accountId, { limit, from, direction }) => {
    const forward = direction === 'forward';
    const beyond = from === null ? {} : { id: forward ? { lt: from } : { gt: from } };
    const rows = await db.address.findMany({
      where: { accountId, ...beyond },
      orderBy: { id: forward ? 'desc' : 'asc' },
      take: limit + 1,
      select: FIELDS,
    });
    return rows.map(addressOf);
  },
  countOf: (accountId) => db.address.count({ where: { accountId } }),
  insert: async (address) => {
    await db.address.create({ data: rowOf(address) });
  },
  update: async ({ id, ...address }) => {
    await db.address.update({ where: { id }, data: rowOf({ id, ...address }) });
  },
  takeDefaults: async ({ id, accountId, isDefaultShipping, isDefaultBilling }) => {
    const others = { accountId, id: { not: id } };
    if (isDefaultShipping) {
      await db.address.updateMany({
        where: { ...others, isDefaultShipping },
        data: { isDefaultShipping: false },
      });
    }
    if (isDefaultBilling) {
      await db.address.updateMany({
        where: { ...others, isDefaultBilling },
        data: { isDefaultBilling: false },
      });
    }
  },
  delete: async (accountId, id) =>
    (await db.address.deleteMany({ where: { accountId, id } })).count === 1,
});
