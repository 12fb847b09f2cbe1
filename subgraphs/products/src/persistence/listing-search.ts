import { sortKeyOf } from '@souk/runtime/domain';
import { searchQueryOf } from '@souk/runtime/search';
import { Prisma } from '../__generated__/prisma/client.ts';
import type { ListingCriteria, OptionFilter } from '../domain/listing.ts';
import { shelfPartsOf } from '../domain/shelves.ts';
import type { Db } from './client.ts';
import {
  type ListingRequest,
  notSellingOf,
  partsOfCategories,
  shelfPartsIn,
  withParts,
} from './requested-shelves.ts';
import { areFew, onShelves } from './shelf-lists.ts';

/** Whether shelves alone determine the content: words and options need further searching. */
export const isOnShelves = ({ query, options }: ListingCriteria) =>
  query === null && options === null;

/** As on the product's shelves. */
export const ratingOfProduct = Prisma.sql`(SELECT l.rating FROM listing l
  WHERE l.product_id = p.id AND l.shelf = p.seller_id || '/')`;

/** How many products are scanned for the words of a query. */
const LOOKED_THROUGH = 500;

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

/**
 * The products `p` that match a query and all other criteria. If few are on the requested shelves, those are
 * scanned for the words; otherwise the products with the words are checked for the rest. Matches are found
 * before they are sorted (OFFSET 0 enforces that): the planner, left to itself, walks through the whole
 * catalogue in order, or through all of a seller's products in addition to all with the words.
 */
export async function foundBy(db: Db, request: ListingRequest): Promise<Prisma.Sql> {
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
export const ranked = (query: string | null) => Prisma.sql`
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
