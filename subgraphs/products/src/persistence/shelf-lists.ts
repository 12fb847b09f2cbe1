import { Prisma, type Product as ProductRow } from '../__generated__/prisma/client.ts';
import type { PriceRange, ProductSort } from '../domain/listing.ts';
import type { ShelfPart } from '../domain/shelves.ts';
import type { Db } from './client.ts';
import { PRODUCT } from './rows.ts';

export interface ShelfListing {
  parts: readonly ShelfPart[];
  price: PriceRange | null;
}

export interface ShelfPage extends ShelfListing {
  sort: Exclude<ProductSort, 'RELEVANCE'>;
  after: readonly [sortKey: string, id: string] | null;
  limit: number;
}

/** So few matches of a price range are read whole; more are met soon on a walk in the list's order. */
const FEW = 500;

const ORDERS = {
  NEWEST: { key: Prisma.sql`l.product_id`, type: Prisma.sql`text`, falls: true },
  TITLE: { key: Prisma.sql`l.title_key`, type: Prisma.sql`text`, falls: false },
  PRICE_ASC: { key: Prisma.sql`l.min_price_minor`, type: Prisma.sql`bigint`, falls: false },
  PRICE_DESC: { key: Prisma.sql`l.min_price_minor`, type: Prisma.sql`bigint`, falls: true },
} as const;

/**
 * Pages and counts of `listing`. Each part of a shelf is walked by an index of its own in the order
 * wanted, at most for one page, and the walks are merged: what is read does not grow with the shelf.
 */
export async function readShelves(
  db: Db,
  { parts, price, sort, after, limit }: ShelfPage,
): Promise<(ProductRow & { sortKey: string })[]> {
  if (parts.length === 0) return [];
  const { key, type, falls } = ORDERS[sort];
  const direction = falls ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = falls ? Prisma.sql`<` : Prisma.sql`>`;
  const from = after
    ? Prisma.sql`AND (${key}, l.product_id) ${beyond} (${after[0]}::${type}, ${after[1]})`
    : Prisma.empty;
  const isByPrice = sort === 'PRICE_ASC' || sort === 'PRICE_DESC';
  const isFew = price !== null && !isByPrice && (await areFew(db, { parts, price }));
  const walk = Prisma.sql`ORDER BY ${key} ${direction}, l.product_id ${direction} LIMIT ${limit}`;
  return db.$queryRaw<(ProductRow & { sortKey: string })[]>`
    WITH place AS (
      SELECT DISTINCT l.key, l.product_id
      FROM ${isByPrice || isFew ? pricedParts(parts, price) : plainParts(parts)}
      CROSS JOIN LATERAL (
        SELECT ${key} AS key, l.product_id FROM listing l
        WHERE ${isByPrice || isFew ? priced(price) : Prisma.sql`${IN_PART} ${pricedOnTheWay(price)}`}
          ${from} ${isFew ? Prisma.sql`OFFSET 0` : walk}
      ) l
      ORDER BY l.key ${direction}, l.product_id ${direction} LIMIT ${limit}
    )
    SELECT ${PRODUCT}, place.key::text AS "sortKey"
    FROM place JOIN product p ON p.id = place.product_id
    ORDER BY place.key ${direction}, place.product_id ${direction}`;
}

/**
 * How many there are on all pages: an entry of an index is read for each, in the order in which the
 * rows lie, so that asking whether each is visible stays on one page of that map.
 */
export async function countShelves(db: Db, { parts, price }: ShelfListing): Promise<number> {
  if (parts.length === 0) return 0;
  const shelves = new Set(parts.map(({ shelf }) => shelf));
  // A product may stand on several of the shelves, but is in one part of each.
  const counted = shelves.size === 1 ? Prisma.sql`l.product_id` : Prisma.sql`DISTINCT l.product_id`;
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(${counted}) AS count
    FROM ${partsOf(parts, price)}
    CROSS JOIN LATERAL (
      SELECT l.product_id FROM listing l
      WHERE ${price ? priced(price) : Prisma.sql`${IN_PART} ORDER BY l.product_id`} OFFSET 0
    ) l`;
  return Number(row?.count ?? 0);
}

/** Whether so few products stand there that they can be read whole. */
export async function areFew(db: Db, listing: ShelfListing): Promise<boolean> {
  return listing.parts.length === 0 || (await countUpTo(db, listing, FEW)) < FEW;
}

/** The ids of the products that stand there, each once. */
export const onShelves = ({ parts, price }: ShelfListing) => Prisma.sql`
  SELECT DISTINCT l.product_id FROM ${partsOf(parts, price)}
  CROSS JOIN LATERAL (SELECT l.product_id FROM listing l WHERE ${priced(price)} OFFSET 0) l`;

async function countUpTo(db: Db, { parts, price }: ShelfListing, most: number): Promise<number> {
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM (
      SELECT 1 FROM ${partsOf(parts, price)}
      CROSS JOIN LATERAL (
        SELECT l.product_id FROM listing l WHERE ${priced(price)} LIMIT ${most}
      ) l
      LIMIT ${most}
    ) found`;
  return Number(row?.count ?? 0);
}

const columnsOf = (parts: readonly ShelfPart[]) => Prisma.sql`
  ${parts.map(({ shelf }) => shelf)}::text[], ${parts.map(({ status }) => status)}::text[],
  ${parts.map(({ published }) => published)}::boolean[],
  ${parts.map(({ inStock }) => inStock)}::boolean[]`;

const plainParts = (parts: readonly ShelfPart[]) => Prisma.sql`
  unnest(${columnsOf(parts)}) AS part (shelf, status, published, in_stock)`;

const partsOf = (parts: readonly ShelfPart[], price: PriceRange | null) =>
  price === null ? plainParts(parts) : pricedParts(parts, price);

/**
 * Products of one price are where it is in the range. Of several prices, the lowest may be below the
 * range while another is in it: those are looked for from the lowest on.
 */
function pricedParts(parts: readonly ShelfPart[], price: PriceRange | null) {
  const split = [false, true].flatMap((several) => parts.map((part) => ({ ...part, several })));
  return Prisma.sql`
    unnest(${columnsOf(split)}, ${split.map(({ several }) => several)}::boolean[],
      ${split.map(({ several }) => (several ? 0 : (price?.min ?? 0)))}::bigint[]
    ) AS part (shelf, status, published, in_stock, several_prices, lowest)`;
}

const IN_PART = Prisma.sql`l.shelf = part.shelf AND l.status = part.status
  AND l.published = part.published AND l.in_stock = part.in_stock`;

const hasVariantIn = ({ min, max }: PriceRange) => Prisma.sql`(l.min_price_minor >= ${min}
  OR EXISTS (SELECT 1 FROM product_variant v
    WHERE v.product_id = l.product_id AND v.price_minor BETWEEN ${min} AND ${max}))`;

/** In the range, by the index of prices. */
const priced = (price: PriceRange | null) =>
  price === null
    ? IN_PART
    : Prisma.sql`${IN_PART} AND l.several_prices = part.several_prices
        AND l.currency = ${price.currency} AND l.min_price_minor >= part.lowest
        AND l.min_price_minor <= ${price.max} AND l.max_price_minor >= ${price.min}
        AND ${hasVariantIn(price)}`;

/** In the range, looked at on a walk in another order: written so that no index of prices fits. */
const pricedOnTheWay = (price: PriceRange | null) =>
  price === null
    ? Prisma.empty
    : Prisma.sql`AND l.currency || '' = ${price.currency} AND l.min_price_minor + 0 <= ${price.max}
        AND l.max_price_minor + 0 >= ${price.min} AND ${hasVariantIn(price)}`;
