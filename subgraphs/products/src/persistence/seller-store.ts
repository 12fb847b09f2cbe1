import { announceLocks, lockByName } from '@souk/runtime/persistence';
import {
  createSearchIndex,
  type KeptWords,
  narrowedQueryOf,
  pageOfCommonWords,
} from '@souk/runtime/search';
import { Prisma, type Seller as SellerRow } from '../__generated__/prisma/client.ts';
import type {
  Commission,
  Seller,
  SellerMember,
  SellerRole,
  SellerStatus,
  TraderDetails,
} from '../domain/seller.ts';
import type { Db } from './client.ts';

/** How the seller's row is locked: exclusively, or shared with others who base decisions on it. */
export type SellerLock = 'update' | 'share';

/** Sellers of a status; with a query, those whose name or description contains its words. */
export interface SellerSearch {
  readonly status: SellerStatus;
  readonly query: string | null;
}

interface SellerPage {
  readonly before: string | null;
  readonly limit: number;
}

export interface SellerStore {
  findMany(ids: readonly string[]): Promise<Seller[]>;
  findManyByHandle(handles: readonly string[]): Promise<Seller[]>;
  /** Those of a status that match a query, if there is one; newest first. */
  page(of: SellerSearch & SellerPage): Promise<Seller[]>;
  count(of: SellerSearch): Promise<number>;
  /** The words by which they are found. */
  readonly words: KeptWords;
  /**
   * The seller, locked until the transaction ends. It is locked before products and stock: suspending a
   * seller waits for the running sales, and no sale begins until it is done.
   */
  lock(id: string, how: SellerLock): Promise<Seller | null>;
  /** Keeps the sellers of these variants unchanged until the transaction ends. */
  keepSellersOf(variantIds: readonly string[]): Promise<void>;
  /** False, without any change, when the seller exists already. */
  insert(seller: Seller): Promise<boolean>;
  update(seller: Seller): Promise<void>;
  takenHandles(handles: readonly string[]): Promise<Set<string>>;
  /** The sellers that have the person's name. */
  namedAfter(userId: string): Promise<Seller[]>;
  countOpenedBy(userId: string): Promise<number>;
  /** One transaction at a time opens or names sellers of this person. */
  lockPerson(userId: string): Promise<void>;
  /**
   * Moves the next of a seller's products to the right shelves for its status; returns the last, null at the
   * end.
   */
  shelveNext(sellerId: string, after: string, limit: number): Promise<string | null>;
  dropCommissionsOf(categoryId: string): Promise<void>;
  membersOf(sellerIds: readonly string[]): Promise<SellerMember[]>;
  membershipsOf(userIds: readonly string[]): Promise<SellerMember[]>;
  putMember(member: SellerMember): Promise<void>;
  removeMember(member: Pick<SellerMember, 'sellerId' | 'userId'>): Promise<void>;
  commissionsOf(sellerIds: readonly string[]): Promise<(Commission & { sellerId: string })[]>;
  putCommission(sellerId: string, commission: Commission): Promise<void>;
}

export const createSellerStore = (db: Db): SellerStore => {
  const findMany = async (ids: readonly string[]) => {
    const rows = await db.seller.findMany({ where: { id: { in: [...ids] } } });
    return rows.map(sellerOfRow);
  };
  const index = createSearchIndex<
    Pick<Seller, 'id' | 'handle' | 'displayName' | 'description' | 'status'>
  >(db, {
    table: 'seller',
    columns: 'id, handle, display_name AS "displayName", description, status',
    textsOf: ({ handle, displayName, description }) => [
      [displayName, 'A'],
      [handle, 'A'],
      [description, 'B'],
    ],
    keysOf: ({ status }) => [keyOfStatus(status)],
    indexed: 'true',
  });
  const wordsOf = (query: string, status: SellerStatus) =>
    narrowedQueryOf(query, [keyOfStatus(status)]);
  const hasWords = (query: string, status: SellerStatus) =>
    Prisma.sql`f.search @@ ${wordsOf(query, status)}::tsquery`;
  const pageOfFound = async (
    { status, query }: SellerSearch & { query: string },
    page: SellerPage,
  ) => {
    const isListed = Prisma.sql`o.id < ${page.before ?? '~'}`;
    // The planner takes the way that it is told: few are found before they are put in order.
    const found = (await index.matchesFew(wordsOf(query, status)))
      ? Prisma.sql`(SELECT id FROM seller f WHERE ${hasWords(query, status)} OFFSET 0)`
      : pageOfCommonWords(Prisma.sql, {
          ...{ table: Prisma.sql`seller`, isListed, isMeant: hasWords(query, status) },
          limit: page.limit,
        });
    const rows = await db.$queryRaw<{ id: string }[]>`
      SELECT o.id FROM ${found} o WHERE ${isListed} ORDER BY o.id DESC LIMIT ${page.limit}`;
    const sellers = new Map((await findMany(rows.map(({ id }) => id))).map((one) => [one.id, one]));
    return rows.flatMap(({ id }) => sellers.get(id) ?? []);
  };
  return {
    findMany,
    words: index.words,
    findManyByHandle: async (handles) => {
      const rows = await db.seller.findMany({ where: { handle: { in: [...handles] } } });
      return rows.map(sellerOfRow);
    },
    page: async ({ status, query, before, limit }) => {
      if (query !== null) return pageOfFound({ status, query }, { before, limit });
      const rows = await db.seller.findMany({
        where: { status, ...(before === null ? {} : { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit,
      });
      return rows.map(sellerOfRow);
    },
    count: async ({ status, query }) => {
      if (query === null) return db.seller.count({ where: { status } });
      const [row] = await db.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM seller f WHERE ${hasWords(query, status)}`;
      return Number(row?.count ?? 0);
    },
    lock: async (id, how) => {
      // Products refer to the row, so it is never locked against those, as FOR UPDATE would.
      if (how === 'update') {
        announceLocks(db, id);
        await db.$queryRaw`SELECT 1 FROM seller WHERE id = ${id} FOR NO KEY UPDATE`;
      } else {
        await db.$queryRaw`SELECT 1 FROM seller WHERE id = ${id} FOR SHARE`;
      }
      const [seller] = await findMany([id]);
      return seller ?? null;
    },
    keepSellersOf: async (variantIds) => {
      await db.$queryRaw`
        SELECT 1 FROM seller s WHERE s.id IN (
          SELECT v.seller_id FROM product_variant v WHERE v.id = ANY(${[...variantIds]}))
        ORDER BY s.id FOR SHARE`;
    },
    insert: async (seller) => {
      const { count } = await db.seller.createMany({
        data: [rowOfSeller(seller)],
        skipDuplicates: true,
      });
      if (count === 1) await index.write([seller]);
      return count === 1;
    },
    update: async (seller) => {
      const { id, ...data } = rowOfSeller(seller);
      await db.seller.update({ where: { id }, data });
      await index.write([seller]);
    },
    takenHandles: async (handles) => {
      const rows = await db.seller.findMany({
        where: { handle: { in: [...handles] } },
        select: { handle: true },
      });
      return new Set(rows.map(({ handle }) => handle));
    },
    namedAfter: async (userId) => {
      const rows = await db.seller.findMany({ where: { namedAfter: userId } });
      return rows.map(sellerOfRow);
    },
    countOpenedBy: (userId) => db.seller.count({ where: { openedBy: userId } }),
    lockPerson: async (userId) => {
      await lockByName(db, `seller.person:${userId}`);
    },
    shelveNext: async (sellerId, after, limit) => {
      const rows = await db.$queryRaw<{ id: string }[]>`
        SELECT id FROM product WHERE seller_id = ${sellerId} AND id > ${after} ORDER BY id LIMIT ${limit}`;
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await db.$executeRaw`SELECT shelve(${ids}::text[])`;
      return ids.length === limit ? (ids.at(-1) ?? null) : null;
    },
    dropCommissionsOf: async (categoryId) => {
      await db.sellerCommission.deleteMany({ where: { categoryId } });
    },
    membersOf: async (sellerIds) => {
      const rows = await db.sellerMember.findMany({
        where: { sellerId: { in: [...sellerIds] } },
        orderBy: [{ joinedAt: 'asc' }, { userId: 'asc' }],
      });
      return rows.map(memberOfRow);
    },
    membershipsOf: async (userIds) => {
      const rows = await db.sellerMember.findMany({
        where: { userId: { in: [...userIds] } },
        orderBy: { sellerId: 'asc' },
      });
      return rows.map(memberOfRow);
    },
    putMember: async ({ sellerId, userId, role, joinedAt, acceptedAt }) => {
      await db.sellerMember.upsert({
        where: { sellerId_userId: { sellerId, userId } },
        create: { sellerId, userId, role, joinedAt, acceptedAt },
        update: { role, acceptedAt },
      });
    },
    removeMember: async ({ sellerId, userId }) => {
      await db.sellerMember.deleteMany({ where: { sellerId, userId } });
    },
    commissionsOf: async (sellerIds) => {
      const rows = await db.sellerCommission.findMany({
        where: { sellerId: { in: [...sellerIds] } },
        orderBy: [{ sellerId: 'asc' }, { categoryId: 'asc' }],
      });
      return rows.map(({ categoryId, ...row }) => ({ ...row, categoryId: categoryId || null }));
    },
    putCommission: async (sellerId, { categoryId: asked, basisPoints }) => {
      const categoryId = asked ?? '';
      await db.sellerCommission.upsert({
        where: { sellerId_categoryId: { sellerId, categoryId } },
        create: { sellerId, categoryId, basisPoints },
        update: { basisPoints },
      });
    },
  };
};

const keyOfStatus = (status: string): string => `status_${status}`;

const memberOfRow = (row: Omit<SellerMember, 'role'> & { role: string }): SellerMember => ({
  ...row,
  role: row.role as SellerRole,
});

const sellerOfRow = (row: SellerRow): Seller => ({
  id: row.id,
  handle: row.handle,
  displayName: row.displayName,
  description: row.description,
  status: row.status as SellerStatus,
  statusReason: row.statusReason,
  namedAfter: row.namedAfter,
  openedBy: row.openedBy,
  logoMediaId: row.logoMediaId,
  trader: traderOfRow(row),
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const traderOfRow = (row: SellerRow): TraderDetails | null => {
  const { legalName, country, registrationNumber, vatId, email, imprint } = row;
  if (legalName === null || country === null) return null;
  return { legalName, country, registrationNumber, vatId, email, imprint };
};

const rowOfSeller = ({ trader, ...seller }: Seller): Omit<SellerRow, 'searchVersion'> => ({
  ...seller,
  legalName: trader?.legalName ?? null,
  country: trader?.country ?? null,
  registrationNumber: trader?.registrationNumber ?? null,
  vatId: trader?.vatId ?? null,
  email: trader?.email ?? null,
  imprint: trader?.imprint ?? null,
});
