import { Prisma } from '../__generated__/prisma/client.ts';
import type { PriceRange } from '../domain/listing.ts';
import type { Db } from './client.ts';
import { readNear } from './near-page.ts';
import { isOneShelf } from './plain-shelves.ts';
import { PRODUCT } from './rows.ts';
import {
  IN_PART,
  partsOf,
  plainParts,
  priced,
  pricedOnTheWay,
  pricedParts,
} from './shelf-conditions.ts';
import { orderOf, type PlacedRow, type ShelfListing, type ShelfPage } from './shelf-pages.ts';

/** How much of the shelves is read, at most, before it is decided how to continue. */
export interface ShelfBounds {
  /** Index entries, over all parts. */
  readonly near: number;
  /** Products that are read completely, by order: by title each costs a row, otherwise an index entry. */
  readonly few: Readonly<Record<'NEWEST' | 'TITLE' | 'RATING', number>>;
}

export const SHELF_BOUNDS: ShelfBounds = {
  near: 2_000,
  few: { NEWEST: 2_000, TITLE: 500, RATING: 500 },
};

/** A list with a price range. */
type PricedListing = ShelfListing & { price: PriceRange };

/**
 * A page of what is in a price range. Sorted by price it is a walk along the index of prices. Another order
 * has no such index: nearby products are checked first; if they do not fill the page, few matches are read
 * completely by the index of prices; the rest is found on a longer walk.
 */
export async function readPricedShelves(
  db: Db,
  page: ShelfPage & PricedListing,
  bounds: ShelfBounds,
): Promise<PlacedRow[]> {
  const { parts, price, sort, limit } = page;
  if (parts.length === 0) return [];
  const { key, from, direction } = orderOf(page);
  const walk = Prisma.sql`ORDER BY ${key} ${direction}, l.product_id ${direction} LIMIT ${limit}`;
  const read = (of: Prisma.Sql, where: Prisma.Sql, how: Prisma.Sql) =>
    db.$queryRaw<PlacedRow[]>`
      WITH place AS (
        SELECT DISTINCT l.key, l.product_id FROM ${of}
        CROSS JOIN LATERAL (
          SELECT ${key} AS key, l.product_id FROM listing l WHERE ${where} ${from} ${how}
        ) l
        ORDER BY l.key ${direction}, l.product_id ${direction} LIMIT ${limit}
      )
      SELECT ${PRODUCT}, place.key::text AS "sortKey"
      FROM place JOIN product p ON p.id = place.product_id
      ORDER BY place.key ${direction}, place.product_id ${direction}`;
  if (sort === 'PRICE_ASC' || sort === 'PRICE_DESC') {
    return read(pricedParts(parts, price), priced(price), walk);
  }
  const near = await readNear(db, page, { entries: bounds.near });
  if (near) return near;
  if (await areFew(db, page, bounds.few[sort])) {
    return read(pricedParts(parts, price), priced(price), Prisma.sql`OFFSET 0`);
  }
  return read(plainParts(parts), Prisma.sql`${IN_PART} AND ${pricedOnTheWay(price)}`, walk);
}

/** The totals. */
export async function countPricedShelves(db: Db, { parts, price }: PricedListing): Promise<number> {
  if (parts.length === 0) return 0;
  const counted = isOneShelf(parts) ? Prisma.sql`l.product_id` : Prisma.sql`DISTINCT l.product_id`;
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(${counted}) AS count
    FROM ${pricedParts(parts, price)}
    CROSS JOIN LATERAL (SELECT l.product_id FROM listing l WHERE ${priced(price)} OFFSET 0) l`;
  return Number(row?.count ?? 0);
}

/** Whether so few products are there that they can be read completely. */
export async function areFew(db: Db, listing: ShelfListing, few: number): Promise<boolean> {
  return listing.parts.length === 0 || (await countUpTo(db, listing, few)) < few;
}

/** The ids of the products there, each once. */
export const onShelves = ({ parts, price }: ShelfListing) => Prisma.sql`
  SELECT DISTINCT l.product_id FROM ${partsOf(parts, price)}
  CROSS JOIN LATERAL (SELECT l.product_id FROM listing l WHERE ${priced(price)} OFFSET 0) l`;

/** The entries there, one for each of the shelves that a product stands on, up to a maximum. */
export const shelvedUpTo = ({ parts, price }: ShelfListing, most: number) => Prisma.sql`
  SELECT l.product_id FROM ${partsOf(parts, price)}
  CROSS JOIN LATERAL (
    SELECT l.product_id FROM listing l WHERE ${priced(price)} LIMIT ${most}
  ) l
  LIMIT ${most}`;

async function countUpTo(db: Db, { parts, price }: ShelfListing, most: number): Promise<number> {
  const [row] = await db.$queryRaw<{ count: bigint }[]>`
    SELECT count(*) AS count FROM (${shelvedUpTo({ parts, price }, most)}) found`;
  return Number(row?.count ?? 0);
}
