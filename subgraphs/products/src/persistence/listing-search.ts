import { sortKeyOf } from '@souk/runtime/domain';
import { FOUND_FIRST, searchQueryOf, WALKED } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { ListingCriteria, OptionFilter } from '../domain/listing.ts';
import { shelfPartsOf } from '../domain/shelves.ts';
import type { Db } from './client.ts';
import { productIndex } from './product-index.ts';
import {
  type ListingRequest,
  notSellingOf,
  partsOfCategories,
  withParts,
} from './requested-shelves.ts';
import { areFew, onShelves } from './shelf-lists.ts';
import type { ShelfListing } from './shelf-pages.ts';

/** Whether shelves alone determine the content: words and options need further searching. */
export const isOnShelves = ({ query, options }: ListingCriteria) =>
  query === null && options === null;

/** As on the product's shelves. */
export const ratingOfProduct = Prisma.sql`(SELECT l.rating FROM listing l
  WHERE l.product_id = p.id AND l.shelf = p.seller_id || '/')`;

/** How much is read, at most, before it is decided how a search continues. */
export interface SearchBounds {
  /** Products on the requested shelves that are all looked at. */
  readonly shelved: number;
  /** Products with the words, or with the first option, that are all found before they are put in order. */
  readonly found: number;
  /** Entries of the list that are walked for what many products have. */
  readonly walked: number;
  /** Products of which a total says how many match. */
  readonly counted: number;
}

export const SEARCH_BOUNDS: SearchBounds = {
  shelved: 500,
  found: FOUND_FIRST,
  walked: WALKED,
  counted: 10_000,
};

/** A search, and where to look for what it wants. */
export interface Search extends ListingRequest {
  /** The shelves on which it is. */
  readonly listing: ShelfListing;
  /** What few products have, so that all of them are looked at; null when what is wanted is common. */
  readonly by: 'SHELVES' | 'WORDS' | 'OPTIONS' | null;
}

/** Decides where to look: on the shelves if few products are there, else among those with the words or the options. */
export async function searchOf(
  db: Db,
  { criteria, drafts }: ListingRequest,
  bounds: SearchBounds,
): Promise<Search> {
  const { query, options } = criteria;
  const [partsOf, notSelling] = await Promise.all([
    partsOfCategories(db, criteria.categoryIds ?? []),
    notSellingOf(db, criteria.sellerIds ?? []),
  ]);
  const categoryIds = criteria.categoryIds && withParts(criteria.categoryIds, partsOf);
  const parts = shelfPartsOf(criteria, drafts, categoryIds, notSelling);
  const listing = { parts, price: criteria.price };
  const search = { criteria: { ...criteria, categoryIds }, drafts, listing };
  if (isNarrowed(criteria) && (await areFew(db, listing, bounds.shelved)))
    return { ...search, by: 'SHELVES' };
  if (query !== null && (await productIndex(db).matchesFew(searchQueryOf(query), bounds.found)))
    return { ...search, by: 'WORDS' };
  if (options !== null && (await haveFew(db, options, bounds.found)))
    return { ...search, by: 'OPTIONS' };
  return { ...search, by: null };
}

/** Whether few products have a value of the first option. */
async function haveFew(db: Db, [first]: readonly OptionFilter[], few: number): Promise<boolean> {
  const beyond = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM (
      SELECT row_number() OVER () AS nth FROM product_option_value
      WHERE name = ${first?.name ?? ''} AND value = ANY(${[...(first?.values ?? [])]})) valued
    WHERE nth = ${few}::int`;
  return beyond.length === 0;
}

/** Of a product `p`: whether it has the words and the options. */
export const isMeant = ({ query, options }: ListingCriteria) => {
  const hasWords =
    query === null ? Prisma.sql`true` : Prisma.sql`p.search @@ ${searchQueryOf(query)}::tsquery`;
  return options === null ? hasWords : Prisma.sql`${hasWords} AND ${hasVariantWith(options)}`;
};

/**
 * The products `p` that match a query and all other criteria: those on few shelves are scanned for the words;
 * otherwise the products with the words are checked for the rest. Matches are found before they are sorted (OFFSET 0
 * enforces that): the planner, left to itself, walks through the whole catalogue in order, or through all of a seller's
 * products in addition to all with the words.
 */
export function foundBy(search: Search): Prisma.Sql {
  const { criteria, listing, by } = search;
  if (by === 'SHELVES') {
    return Prisma.sql`(${onShelves(listing)}) l CROSS JOIN LATERAL (
      SELECT * FROM product p WHERE p.id = l.product_id AND ${isMeant(criteria)} OFFSET 0) p`;
  }
  return Prisma.sql`(SELECT * FROM (${candidatesOf(search)} OFFSET 0) p
    WHERE ${conditionsOf(search)} OFFSET 0) p`;
}

/** The products `p` with the words and the options, wherever they stand. */
export const candidatesOf = ({ criteria, by }: Search): Prisma.Sql => {
  const { query, options } = criteria;
  return options === null || (by !== 'OPTIONS' && query !== null)
    ? Prisma.sql`SELECT p.* FROM product p WHERE ${isMeant(criteria)}`
    : Prisma.sql`SELECT p.* FROM (${withOneOf(options)}) o JOIN product p ON p.id = o.product_id
        WHERE ${isMeant(criteria)}`;
};

/** Products with a variant that has a value of the first option: candidates, by an index. */
const withOneOf = ([first]: readonly OptionFilter[]) => Prisma.sql`
  SELECT DISTINCT product_id FROM product_option_value
  WHERE name = ${first?.name ?? ''} AND value = ANY(${[...(first?.values ?? [])]})`;

/**
 * A single variant has a value of each option: a product available in blue and in small need not be available
 * in small blue. Here and below such a question is a value (`SELECT true … LIMIT 1`), which is asked for each product: for
 * EXISTS the planner may read all that answers it, such as a whole category.
 */
const hasVariantWith = (options: readonly OptionFilter[]) => {
  const each = options.map(({ name, values }) => {
    const wanted = values.map((value) => JSON.stringify([{ name, value }]));
    return Prisma.sql`v.selected_options @> ANY(${wanted}::jsonb[])`;
  });
  return Prisma.sql`(SELECT true FROM product_variant v
    WHERE v.product_id = p.id AND ${Prisma.join(each, ' AND ')} LIMIT 1) IS TRUE`;
};

/** Whether there are criteria other than words and options. */
export const isNarrowed = ({
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
export const ranked = (query: string | null) => Prisma.sql`
  CROSS JOIN LATERAL (
    SELECT round(coalesce(ts_rank(p.search, ${searchQueryOf(query ?? '')}::tsquery), 0)::numeric, 6)
      + (CASE WHEN starts_with(p.title_key, ${sortKeyOf(query ?? '')}) THEN 1 ELSE 0 END) AS rank
  ) f`;

/** All criteria except the words, to be checked for each product with the words. */
export function conditionsOf({ criteria, drafts }: ListingRequest): Prisma.Sql {
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
    // Its few categories are looked through, where the index of another order would be asked for each of those wanted.
    all.push(Prisma.sql`(SELECT true FROM product_category c
      WHERE c.product_id = p.id AND c.category_id || '' = ANY(${categoryIds}) LIMIT 1) IS TRUE`);
  }
  if (availabilities !== null) {
    all.push(Prisma.sql`(SELECT l.availability FROM listing l
      WHERE l.product_id = p.id AND l.shelf = p.seller_id || '/') = ANY(${availabilities})`);
  }
  if (minRating !== null) all.push(Prisma.sql`${ratingOfProduct} >= ${minRating * 1000}`);
  if (price !== null) {
    const { currency, min, max } = price;
    // Variants are checked only when the lowest price is below the range and the highest is not.
    all.push(Prisma.sql`p.currency = ${currency} AND p.max_price_minor >= ${min}
      AND p.min_price_minor <= ${max} AND (p.min_price_minor >= ${min} OR (
        SELECT true FROM product_variant v
        WHERE v.product_id = p.id AND v.price_minor BETWEEN ${min} AND ${max} LIMIT 1) IS TRUE)`);
  }
  return Prisma.join(all, ' AND ');
}
