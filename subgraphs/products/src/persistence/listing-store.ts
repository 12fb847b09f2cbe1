import type { Product as ProductRow } from '../__generated__/prisma/client.ts';
import type { ListingCriteria, ProductSort } from '../domain/listing.ts';
import type { Product } from '../domain/product.ts';
import type { Db } from './client.ts';
import { readFound } from './found-pages.ts';
import { countFound, type Total } from './found-totals.ts';
import { isOnShelves, SEARCH_BOUNDS, type SearchBounds, searchOf } from './listing-search.ts';
import { countPlainShelves, readPlainShelves } from './plain-shelves.ts';
import { type ListingRequest, shelfPartsIn, shelfPartsOfEach } from './requested-shelves.ts';
import { PRODUCT, productOfRow } from './rows.ts';
import {
  countPricedShelves,
  readPricedShelves,
  SHELF_BOUNDS,
  type ShelfBounds,
} from './shelf-lists.ts';
import type { ShelfSort } from './shelf-pages.ts';

/** The position of a product in a sorted list: the value it is sorted by, and its id. */
export type ListingPosition = readonly [sortKey: string, id: string];

export interface ListedProduct {
  product: Product;
  position: ListingPosition;
}

/** At most `limit` products of a seller, older than `after` if it is given. */
export interface SellerPage {
  sellerId: string;
  after: string | null;
  limit: number;
}

export interface ListingPage extends ListingRequest {
  sort: ProductSort;
  after: ListingPosition | null;
  limit: number;
}

/** Reads the catalogue in pages. */
export interface ListingStore {
  /**
   * Each requested page; those without words, options and prices are read together with others of the same
   * order.
   */
  pages(pages: readonly ListingPage[]): Promise<ListedProduct[][]>;
  /**
   * The totals of the lists, all but those of searches exact; those without words, options and prices are counted together.
   */
  counts(requests: readonly ListingRequest[]): Promise<Total[]>;
  /** The products each seller has on sale, newest first: a page of each, in one read. */
  onSaleOf(pages: readonly SellerPage[]): Promise<{ page: SellerPage; product: Product }[]>;
  countOnSaleOf(sellerIds: readonly string[]): Promise<{ sellerId: string; count: number }[]>;
}

const isOnPlainShelves = (criteria: ListingCriteria) =>
  isOnShelves(criteria) && criteria.price === null;

/** How much is read, at most, before it is decided how to continue. */
export type ListingBounds = ShelfBounds & SearchBounds;

const BOUNDS: ListingBounds = { ...SHELF_BOUNDS, ...SEARCH_BOUNDS };

export const createListingStore = (db: Db, given: Partial<ListingBounds> = {}): ListingStore => {
  const bounds = { ...BOUNDS, ...given };
  return {
    pages: async (pages) => {
      const found = new Map<ListingPage, ListedProduct[]>();
      const plain = pages.filter(isPlain);
      const parts = await shelfPartsOfEach(db, plain);
      const readAlike = async (alike: readonly PlainPage[]) => {
        const lists = alike.map((page) => parts.get(page) ?? []);
        const rows = await readPlainShelves(db, lists, alike[0] as PlainPage);
        for (const [place, page] of alike.entries()) found.set(page, listed(rows[place] ?? []));
      };
      const readAlone = async (page: ListingPage) => {
        found.set(page, listed(await readPage(db, page, bounds)));
      };
      await Promise.all([
        ...alikeIn(plain).map(readAlike),
        ...pages.filter((page) => !isPlain(page)).map(readAlone),
      ]);
      return pages.map((page) => found.get(page) ?? []);
    },
    counts: async (requests) => {
      const plain = requests.filter(({ criteria }) => isOnPlainShelves(criteria));
      const parts = await shelfPartsOfEach(db, plain);
      const counted = await countPlainShelves(db, [...parts.values()]);
      const counts = new Map(
        [...parts.keys()].map((request, place) => [request, counted[place] ?? 0]),
      );
      return Promise.all(
        requests.map(async (request) => {
          const count = counts.get(request);
          return count === undefined ? countOf(db, request, bounds) : { count, exact: true };
        }),
      );
    },
    onSaleOf: async (pages) => {
      const rows = await db.$queryRaw<(ProductRow & { place: bigint })[]>`
      SELECT ${PRODUCT}, wanted.place FROM unnest(
        ${pages.map(({ sellerId }) => sellerId)}::text[],
        ${pages.map(({ after }) => after)}::text[],
        ${pages.map(({ limit }) => limit)}::int[]
      ) WITH ORDINALITY AS wanted(seller_id, after, size, place)
      JOIN seller s ON s.id = wanted.seller_id AND s.status = 'ACTIVE'
      CROSS JOIN LATERAL (
        SELECT l.product_id FROM unnest(ARRAY[true, false]) AS part (in_stock)
        CROSS JOIN LATERAL (
          SELECT l.product_id FROM listing l
          WHERE l.shelf = wanted.seller_id || '/' AND l.status = 'ACTIVE' AND l.published
            AND l.in_stock = part.in_stock
            AND l.product_id < coalesce(wanted.after, '~')
          ORDER BY l.product_id DESC LIMIT wanted.size
        ) l
        ORDER BY l.product_id DESC LIMIT wanted.size
      ) l
      JOIN product p ON p.id = l.product_id
      ORDER BY wanted.place, p.id DESC`;
      return rows.map(({ place, ...row }) => ({
        page: pages[Number(place) - 1] as SellerPage,
        product: productOfRow(row),
      }));
    },
    countOnSaleOf: async (sellerIds) => {
      const rows = await db.$queryRaw<{ sellerId: string; count: bigint }[]>`
      SELECT wanted.seller_id AS "sellerId", l.count
      FROM unnest(${[...sellerIds]}::text[]) AS wanted (seller_id)
      JOIN seller s ON s.id = wanted.seller_id AND s.status = 'ACTIVE'
      CROSS JOIN LATERAL (
        SELECT count(*) FROM unnest(ARRAY[true, false]) AS part (in_stock)
        CROSS JOIN LATERAL (
          SELECT 1 FROM listing l
          WHERE l.shelf = wanted.seller_id || '/' AND l.status = 'ACTIVE' AND l.published
            AND l.in_stock = part.in_stock
          ORDER BY l.product_id OFFSET 0
        ) l
      ) l`;
      return rows.map(({ sellerId, count }) => ({ sellerId, count: Number(count) }));
    },
  };
};

type PlainPage = ListingPage & { sort: ShelfSort };

const isPlain = (page: ListingPage): page is PlainPage =>
  isOnPlainShelves(page.criteria) && page.sort !== 'RELEVANCE';

/** The pages, grouped by order, position and size. */
function alikeIn(pages: readonly PlainPage[]): PlainPage[][] {
  const groups = new Map<string, PlainPage[]>();
  for (const page of pages) {
    const key = JSON.stringify([page.sort, page.after, page.limit]);
    groups.set(key, [...(groups.get(key) ?? []), page]);
  }
  return [...groups.values()];
}

type ListedRow = ProductRow & { sortKey: string };

const listed = (rows: readonly ListedRow[]): ListedProduct[] =>
  rows.map(({ sortKey, ...row }) => ({
    product: productOfRow(row),
    position: [sortKey, row.id] as const,
  }));

/** A page of a list with a price range, or with words or options. */
async function readPage(
  db: Db,
  { sort, after, limit, ...request }: ListingPage,
  bounds: ListingBounds,
): Promise<ListedRow[]> {
  const { criteria } = request;
  const { price } = criteria;
  if (isOnShelves(criteria) && price !== null && sort !== 'RELEVANCE') {
    const parts = await shelfPartsIn(db, request);
    return readPricedShelves(db, { parts, price, sort, after, limit }, bounds);
  }
  const search = await searchOf(db, request, bounds);
  return readFound(db, search, { sort, after, limit }, bounds.walked);
}

async function countOf(db: Db, request: ListingRequest, bounds: ListingBounds): Promise<Total> {
  const { price } = request.criteria;
  if (isOnShelves(request.criteria) && price !== null) {
    const parts = await shelfPartsIn(db, request);
    return { count: await countPricedShelves(db, { parts, price }), exact: true };
  }
  return countFound(db, await searchOf(db, request, bounds), bounds.counted);
}
