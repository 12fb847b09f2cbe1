import { searchQueryOf, sortKeyOf } from '@souk/runtime';
import { Prisma, type Product as ProductRow } from '../__generated__/prisma/client.ts';
import type { ListingCriteria, ProductSort } from '../domain/listing.ts';
import type { Product } from '../domain/product.ts';
import type { PrismaExecutor } from './client.ts';
import { productOfRow } from './rows.ts';

/** Where a product stands in a sorted list: the value it is sorted by, and its id. */
export type ListingPosition = readonly [sortKey: string, id: string];

export interface ListedProduct {
  product: Product;
  position: ListingPosition;
}

export interface ListingRequest {
  criteria: ListingCriteria;
  /** Whose products may be shown before they were ever on sale. */
  drafts: { sellerId: string | null; all: boolean };
}

/** At most `limit` products of a seller, those older than `after` when it is given. */
export interface SellerPage {
  sellerId: string;
  after: string | null;
  limit: number;
}

/** Reads the catalogue in pages. */
export interface ListingStore {
  page(
    request: ListingRequest & { sort: ProductSort; after: ListingPosition | null; limit: number },
  ): Promise<ListedProduct[]>;
  count(request: ListingRequest): Promise<number>;
  /** What each seller has on sale, newest first: a page of each, in one read. */
  onSaleOf(pages: readonly SellerPage[]): Promise<{ page: SellerPage; product: Product }[]>;
  countOnSaleOf(sellerIds: readonly string[]): Promise<{ sellerId: string; count: number }[]>;
}

const PRODUCT = Prisma.sql`
  p.id, p.seller_id AS "sellerId", p.slug, p.title, p.description, p.status, p.options, p.currency,
  p.min_price_minor AS "minPriceMinor", p.max_price_minor AS "maxPriceMinor", p.version,
  p.published_at AS "publishedAt", p.archived_at AS "archivedAt", p.created_at AS "createdAt",
  p.updated_at AS "updatedAt"`;

/** How each order is expressed: by what, of which SQL type, and whether it falls. */
const ORDERS: Record<ProductSort, { key: Prisma.Sql; type: Prisma.Sql; falls: boolean }> = {
  RELEVANCE: { key: Prisma.sql`f.rank`, type: Prisma.sql`numeric`, falls: true },
  NEWEST: { key: Prisma.sql`p.id`, type: Prisma.sql`text`, falls: true },
  PRICE_ASC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: false },
  PRICE_DESC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: true },
  TITLE: { key: Prisma.sql`p.title_key`, type: Prisma.sql`text`, falls: false },
};

export const createListingStore = (db: PrismaExecutor): ListingStore => ({
  page: async ({ sort, after, limit, ...request }) => {
    const { key, type, falls } = ORDERS[sort];
    const direction = falls ? Prisma.sql`DESC` : Prisma.sql`ASC`;
    const beyond = falls ? Prisma.sql`<` : Prisma.sql`>`;
    const from = after
      ? Prisma.sql`AND (${key}, p.id) ${beyond} (${after[0]}::${type}, ${after[1]})`
      : Prisma.empty;
    const rows = await db.$queryRaw<(ProductRow & { sortKey: string })[]>`
      SELECT ${PRODUCT}, (${key})::text AS "sortKey"
      FROM product p ${found(request.criteria)}
      WHERE ${conditionsOf(request)} ${from}
      ORDER BY ${key} ${direction}, p.id ${direction} LIMIT ${limit}`;
    return rows.map(({ sortKey, ...row }) => ({
      product: productOfRow(row),
      position: [sortKey, row.id] as const,
    }));
  },
  count: async (request) => {
    const [row] = await db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM product p ${found(request.criteria)} WHERE ${conditionsOf(request)}`;
    return Number(row?.count ?? 0);
  },
  onSaleOf: async (pages) => {
    const rows = await db.$queryRaw<(ProductRow & { place: bigint })[]>`
      SELECT p.*, wanted.place FROM unnest(
        ${pages.map(({ sellerId }) => sellerId)}::text[],
        ${pages.map(({ after }) => after)}::text[],
        ${pages.map(({ limit }) => limit)}::int[]
      ) WITH ORDINALITY AS wanted(seller_id, after, size, place)
      CROSS JOIN LATERAL (
        SELECT ${PRODUCT} FROM product p
        WHERE p.seller_id = wanted.seller_id AND p.status = 'ACTIVE'
          AND (wanted.after IS NULL OR p.id < wanted.after)
        ORDER BY p.id DESC LIMIT wanted.size
      ) p`;
    return rows.map(({ place, ...row }) => ({
      page: pages[Number(place) - 1] as SellerPage,
      product: productOfRow(row),
    }));
  },
  countOnSaleOf: async (sellerIds) => {
    const rows = await db.product.groupBy({
      by: ['sellerId'],
      where: { sellerId: { in: [...sellerIds] }, status: 'ACTIVE' },
      _count: true,
    });
    return rows.map(({ sellerId, _count }) => ({ sellerId, count: _count }));
  },
});

/**
 * How well each product matches the query, best where its title begins like it; rounded, so that a
 * cursor can carry it exactly.
 */
const found = ({ query }: ListingCriteria): Prisma.Sql =>
  query === null
    ? Prisma.empty
    : Prisma.sql`CROSS JOIN LATERAL (
        SELECT round(ts_rank(p.search, ${searchQueryOf(query)}::tsquery)::numeric, 6)
          + (CASE WHEN starts_with(p.title_key, ${sortKeyOf(query)}) THEN 1 ELSE 0 END) AS rank
      ) f`;

function conditionsOf({ criteria, drafts }: ListingRequest): Prisma.Sql {
  const { query, categoryIds, sellerId, statuses, inStock, price } = criteria;
  const all = [Prisma.sql`p.status = ANY(${statuses})`];
  if (statuses.some((status) => status !== 'ACTIVE') && !drafts.all) {
    all.push(Prisma.sql`(p.published_at IS NOT NULL OR p.seller_id = ${drafts.sellerId})`);
  }
  // A query without words is NULL to PostgreSQL, and matches nothing.
  if (query !== null) all.push(Prisma.sql`p.search @@ ${searchQueryOf(query)}::tsquery`);
  if (sellerId !== null) all.push(Prisma.sql`p.seller_id = ${sellerId}`);
  if (categoryIds !== null) {
    all.push(Prisma.sql`p.id IN (
      WITH RECURSIVE wanted AS (
        SELECT id FROM category WHERE id = ANY(${categoryIds})
        UNION SELECT c.id FROM category c JOIN wanted ON c.parent_id = wanted.id
      ) SELECT product_id FROM product_category WHERE category_id IN (SELECT id FROM wanted))`);
  }
  if (inStock !== null) {
    const available = Prisma.sql`(p.status = 'ACTIVE' AND EXISTS (
      SELECT 1 FROM product_variant v JOIN stock_item s ON s.variant_id = v.id
      WHERE v.product_id = p.id AND (s.policy = 'CONTINUE' OR s.on_hand > s.reserved)))`;
    all.push(inStock ? available : Prisma.sql`NOT ${available}`);
  }
  if (price !== null) {
    const { currency, min, max } = price;
    all.push(Prisma.sql`p.currency = ${currency} AND EXISTS (
      SELECT 1 FROM product_variant v
      WHERE v.product_id = p.id AND v.price_minor BETWEEN ${min} AND ${max})`);
  }
  return Prisma.join(all, ' AND ');
}
