import { sortKeyOf } from '@souk/runtime/domain';
import { searchQueryOf } from '@souk/runtime/search';
import { Prisma, type Product as ProductRow } from '../__generated__/prisma/client.ts';
import type { ListingCriteria, OptionFilter, ProductSort } from '../domain/listing.ts';
import type { Product } from '../domain/product.ts';
import { type ShelfPart, shelfPartsOf, type VisibleDrafts } from '../domain/shelves.ts';
import type { Db } from './client.ts';
import { countPlainShelves, readPlainShelves } from './plain-shelves.ts';
import { PRODUCT, productOfRow } from './rows.ts';
import {
  areFew,
  countPricedShelves,
  onShelves,
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

export interface ListingRequest {
  criteria: ListingCriteria;
  drafts: VisibleDrafts;
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
  /** The totals of the lists; those without words, options and prices are counted together. */
  counts(requests: readonly ListingRequest[]): Promise<number[]>;
  /** The products each seller has on sale, newest first: a page of each, in one read. */
  onSaleOf(pages: readonly SellerPage[]): Promise<{ page: SellerPage; product: Product }[]>;
  countOnSaleOf(sellerIds: readonly string[]): Promise<{ sellerId: string; count: number }[]>;
}

/** As on the product's shelves. */
const ratingOfProduct = Prisma.sql`(SELECT l.rating FROM listing l
  WHERE l.product_id = p.id AND l.shelf = p.seller_id || '/')`;

/** Whether shelves alone determine the content: words and options need further searching. */
const isOnShelves = ({ query, options }: ListingCriteria) => query === null && options === null;

const isOnPlainShelves = (criteria: ListingCriteria) =>
  isOnShelves(criteria) && criteria.price === null;

/**
 * How orders of search results are expressed: by which expression, of which SQL type, and whether descending.
 */
const ORDERS: Record<ProductSort, { key: Prisma.Sql; type: Prisma.Sql; falls: boolean }> = {
  RELEVANCE: { key: Prisma.sql`f.rank`, type: Prisma.sql`numeric`, falls: true },
  NEWEST: { key: Prisma.sql`p.id`, type: Prisma.sql`text`, falls: true },
  PRICE_ASC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: false },
  PRICE_DESC: { key: Prisma.sql`p.min_price_minor`, type: Prisma.sql`bigint`, falls: true },
  RATING: { key: ratingOfProduct, type: Prisma.sql`int`, falls: true },
  TITLE: { key: Prisma.sql`p.title_key`, type: Prisma.sql`text`, falls: false },
};

/** How many products are scanned for the words of a query. */
const LOOKED_THROUGH = 500;

export const createListingStore = (db: Db, bounds: ShelfBounds = SHELF_BOUNDS): ListingStore => ({
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
    const counts = new Map([...parts.keys()].map((request, place) => [request, counted[place]]));
    return Promise.all(
      requests.map(async (request) => counts.get(request) ?? (await countOf(db, request))),
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
});

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
  bounds: ShelfBounds,
): Promise<ListedRow[]> {
  const { criteria } = request;
  const { query, price } = criteria;
  if (isOnShelves(criteria) && price !== null && sort !== 'RELEVANCE') {
    const parts = await shelfPartsIn(db, request);
    return readPricedShelves(db, { parts, price, sort, after, limit }, bounds);
  }
  const { key, type, falls } = ORDERS[sort];
  const direction = falls ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = falls ? Prisma.sql`<` : Prisma.sql`>`;
  const from = after
    ? Prisma.sql`AND (${key}, p.id) ${beyond} (${after[0]}::${type}, ${after[1]})`
    : Prisma.empty;
  return db.$queryRaw<ListedRow[]>`
    SELECT ${PRODUCT}, (${key})::text AS "sortKey"
    FROM ${await foundBy(db, request)} ${ranked(query)}
    WHERE true ${from}
    ORDER BY ${key} ${direction}, p.id ${direction} LIMIT ${limit}`;
}

async function countOf(db: Db, request: ListingRequest): Promise<number> {
  const { price } = request.criteria;
  if (isOnShelves(request.criteria) && price !== null) {
    return countPricedShelves(db, { parts: await shelfPartsIn(db, request), price });
  }
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) FROM ${await foundBy(db, request)}`;
  return Number(row?.count ?? 0);
}

/** The ids of matching products, up to a maximum. */
export async function someOf(db: Db, request: ListingRequest, most: number): Promise<Prisma.Sql> {
  const { criteria } = request;
  if (!isOnShelves(criteria)) {
    return Prisma.sql`SELECT p.id AS product_id FROM ${await foundBy(db, request)} LIMIT ${most}`;
  }
  const parts = await shelfPartsIn(db, request);
  if (parts.length === 0) return Prisma.sql`SELECT ''::text AS product_id WHERE false`;
  return Prisma.sql`${onShelves({ parts, price: criteria.price })} LIMIT ${most}`;
}

async function shelfPartsIn(db: Db, request: ListingRequest): Promise<ShelfPart[]> {
  return (await shelfPartsOfEach(db, [request])).get(request) ?? [];
}

/**
 * Which parts of shelves each list consists of; everything that this depends on is read at once for all
 * lists.
 */
async function shelfPartsOfEach<Request extends ListingRequest>(
  db: Db,
  requests: readonly Request[],
): Promise<Map<Request, ShelfPart[]>> {
  const [partsOf, notSelling] = await Promise.all([
    partsOfCategories(
      db,
      requests.flatMap(({ criteria }) => criteria.categoryIds ?? []),
    ),
    notSellingOf(
      db,
      requests.flatMap(({ criteria }) => criteria.sellerIds ?? []),
    ),
  ]);
  return new Map(
    requests.map((request) => {
      const { criteria, drafts } = request;
      const categoryIds = criteria.categoryIds && withParts(criteria.categoryIds, partsOf);
      return [request, shelfPartsOf(criteria, drafts, categoryIds, notSelling)];
    }),
  );
}

/** Those of the requested sellers who may not sell. */
async function notSellingOf(db: Db, sellerIds: readonly string[]): Promise<Set<string>> {
  if (sellerIds.length === 0) return new Set();
  const rows = await db.seller.findMany({
    where: { id: { in: [...new Set(sellerIds)] }, status: { not: 'ACTIVE' } },
    select: { id: true },
  });
  return new Set(rows.map(({ id }) => id));
}

/** Each category with all its descendants. */
async function partsOfCategories(
  db: Db,
  categoryIds: readonly string[],
): Promise<Map<string, string[]>> {
  const partsOf = new Map<string, string[]>();
  if (categoryIds.length === 0) return partsOf;
  const rows = await db.$queryRaw<{ of: string; id: string }[]>`
    WITH RECURSIVE wanted AS (
      SELECT id AS of, id FROM category WHERE id = ANY(${[...new Set(categoryIds)]})
      UNION SELECT wanted.of, c.id FROM category c JOIN wanted ON c.parent_id = wanted.id
    ) SELECT of, id FROM wanted`;
  for (const { of, id } of rows) partsOf.set(of, [...(partsOf.get(of) ?? []), id]);
  return partsOf;
}

/** These categories and their descendants, each once. */
const withParts = (
  categoryIds: readonly string[],
  partsOf: ReadonlyMap<string, readonly string[]>,
): string[] => [...new Set(categoryIds.flatMap((id) => partsOf.get(id) ?? []))];

/**
 * The products `p` that match a query and all other criteria. If few are on the requested shelves, those are
 * scanned for the words; otherwise the products with the words are checked for the rest. Matches are found
 * before they are sorted (OFFSET 0 enforces that): the planner, left to itself, walks through the whole
 * catalogue in order, or through all of a seller's products in addition to all with the words.
 */
async function foundBy(db: Db, request: ListingRequest): Promise<Prisma.Sql> {
  const { criteria, drafts } = request;
  const { query, options } = criteria;
  const hasWords =
    query === null ? Prisma.sql`true` : Prisma.sql`p.search @@ ${searchQueryOf(query)}::tsquery`;
  const hasOptions = options === null ? Prisma.sql`true` : hasVariantWith(options);
  const categoryIds =
    criteria.categoryIds &&
    withParts(criteria.categoryIds, await partsOfCategories(db, criteria.categoryIds));
  if (isNarrowed(criteria)) {
    const notSelling = await notSellingOf(db, criteria.sellerIds ?? []);
    const parts = shelfPartsOf(criteria, drafts, categoryIds, notSelling);
    const listing = { parts, price: criteria.price };
    if (await areFew(db, listing, LOOKED_THROUGH)) {
      return Prisma.sql`(${onShelves(listing)}) l CROSS JOIN LATERAL (
        SELECT * FROM product p WHERE p.id = l.product_id AND ${hasWords} AND ${hasOptions} OFFSET 0) p`;
    }
  }
  const candidates =
    options === null
      ? Prisma.sql`SELECT * FROM product p WHERE ${hasWords} OFFSET 0`
      : Prisma.sql`SELECT p.* FROM (${withOneOf(options)}) o JOIN product p ON p.id = o.product_id
          WHERE ${hasWords} AND ${hasOptions} OFFSET 0`;
  return Prisma.sql`(SELECT * FROM (${candidates}) p
    WHERE ${conditionsOf({ criteria: { ...criteria, categoryIds }, drafts })} OFFSET 0) p`;
}

/** Products with a variant that has a value of the first option: candidates, by an index. */
const withOneOf = ([first]: readonly OptionFilter[]) => Prisma.sql`
  SELECT DISTINCT product_id FROM product_option_value
  WHERE name = ${first?.name ?? ''} AND value = ANY(${[...(first?.values ?? [])]})`;

/**
 * A single variant has a value of each option: a product available in blue and in small need not be available
 * in small blue.
 */
const hasVariantWith = (options: readonly OptionFilter[]) => {
  const each = options.map(({ name, values }) => {
    const wanted = values.map((value) => JSON.stringify([{ name, value }]));
    return Prisma.sql`v.selected_options @> ANY(${wanted}::jsonb[])`;
  });
  return Prisma.sql`EXISTS (SELECT 1 FROM product_variant v
    WHERE v.product_id = p.id AND ${Prisma.join(each, ' AND ')})`;
};

/** Whether there are criteria other than words and options. */
const isNarrowed = ({
  sellerIds,
  categoryIds,
  statuses,
  availabilities,
  price,
  minRating,
}: ListingCriteria) =>
  [sellerIds, categoryIds, availabilities, price, minRating].some((part) => part !== null) ||
  !statuses.includes('ACTIVE');

/**
 * How well a match fits, best when its title begins like the query; rounded, so that a cursor can contain it
 * exactly.
 */
const ranked = (query: string | null) => Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT round(coalesce(ts_rank(p.search, ${searchQueryOf(query ?? '')}::tsquery), 0)::numeric, 6)
      + (CASE WHEN starts_with(p.title_key, ${sortKeyOf(query ?? '')}) THEN 1 ELSE 0 END) AS rank
  ) f`;

/** All criteria except the words, to be checked for each product with the words. */
function conditionsOf({ criteria, drafts }: ListingRequest): Prisma.Sql {
  const { categoryIds, sellerIds, statuses, availabilities, price, minRating } = criteria;
  const all = [Prisma.sql`p.status = ANY(${statuses})`];
  if (statuses.some((status) => status !== 'ACTIVE') && !drafts.all) {
    all.push(
      Prisma.sql`(p.published_at IS NOT NULL OR p.seller_id = ANY(${[...drafts.sellerIds]}))`,
    );
  }
  if (sellerIds !== null) all.push(Prisma.sql`p.seller_id = ANY(${sellerIds})`);
  // Few sellers are not allowed to sell. Viewers who may see their products are shown them where they are
  // requested.
  const shown = sellerIds === null ? [] : drafts.all ? sellerIds : drafts.sellerIds;
  all.push(Prisma.sql`(NOT p.seller_id = ANY(ARRAY(SELECT id FROM seller WHERE status <> 'ACTIVE'))
    OR p.seller_id = ANY(${[...shown]}))`);
  if (categoryIds !== null) {
    all.push(Prisma.sql`EXISTS (SELECT 1 FROM product_category c
      WHERE c.product_id = p.id AND c.category_id = ANY(${categoryIds}))`);
  }
  if (availabilities !== null) {
    all.push(Prisma.sql`EXISTS (SELECT 1 FROM listing l
      WHERE l.product_id = p.id AND l.shelf = p.seller_id || '/' AND l.availability = ANY(${availabilities}))`);
  }
  if (minRating !== null) all.push(Prisma.sql`${ratingOfProduct} >= ${minRating * 1000}`);
  if (price !== null) {
    const { currency, min, max } = price;
    // Variants are checked only when the lowest price is below the range and the highest is not.
    all.push(Prisma.sql`p.currency = ${currency} AND p.max_price_minor >= ${min}
      AND p.min_price_minor <= ${max} AND (p.min_price_minor >= ${min} OR EXISTS (
        SELECT 1 FROM product_variant v
        WHERE v.product_id = p.id AND v.price_minor BETWEEN ${min} AND ${max}))`);
  }
  return Prisma.join(all, ' AND ');
}
