import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';
import { PRODUCT } from './rows.ts';
import { IN_PART, plainParts, priced, pricedOnTheWay, pricedParts } from './shelf-conditions.ts';
import { orderOf, type PlacedRow, type ShelfPage } from './shelf-pages.ts';

/** How a list is walked for a page. */
export interface Walk {
  /** How many entries of the list are looked at, over all its parts. */
  readonly entries: number;
  /** Of an entry `l`: whether it matches, besides the price range. */
  readonly isMatch?: Prisma.Sql;
  /** Of an entry `l`: a range of the list's own order, if not all of it is walked. */
  readonly within?: Prisma.Sql;
}

/**
 * A page made of the next entries of each part in the list's order, or null when it may extend beyond them:
 * the last entry of a part that continues is read with the matches, and nothing after it is known.
 */
export async function readNear(
  db: Db,
  page: ShelfPage,
  { entries, isMatch, within }: Walk,
): Promise<PlacedRow[] | null> {
  const { parts, price, sort, limit } = page;
  if (parts.length === 0) return [];
  const { key, from, direction } = orderOf(page);
  const each = Math.max(limit, Math.ceil(entries / parts.length));
  const ordered = Prisma.sql`e.key ${direction}, e.product_id ${direction}`;
  // Sorted by price, the range is where the walk goes; in another order it is looked at on the way.
  const isByPrice = price !== null && (sort === 'PRICE_ASC' || sort === 'PRICE_DESC');
  const [of, where] = isByPrice
    ? [pricedParts(parts, price), priced(price)]
    : [plainParts(parts), IN_PART];
  const matches = [
    ...(isMatch ? [isMatch] : []),
    ...(price !== null && !isByPrice ? [pricedOnTheWay(price)] : []),
  ];
  const meant = matches.length > 0 ? Prisma.join(matches, ' AND ') : Prisma.sql`true`;
  const range = within ? Prisma.sql`AND ${within}` : Prisma.empty;
  const rows = await db.$queryRaw<(PlacedRow & { isMatch: boolean; isEnd: boolean })[]>`
    WITH place AS (
      SELECT DISTINCT l.key, l.product_id, l.is_match, l.is_end FROM ${of}
      CROSS JOIN LATERAL (
        SELECT e.key, e.product_id, e.is_match, e.place = ${each} AS is_end FROM (
          SELECT e.*, row_number() OVER (ORDER BY ${ordered}) AS place FROM (
            SELECT ${key} AS key, l.product_id, ${meant} AS is_match
            FROM listing l WHERE ${where} ${range} ${from}
            ORDER BY ${key} ${direction}, l.product_id ${direction} LIMIT ${each}
          ) e
        ) e
        WHERE e.is_match OR e.place = ${each}
        ORDER BY ${ordered} LIMIT ${limit}
      ) l
      ORDER BY l.key ${direction}, l.product_id ${direction} LIMIT ${limit} + 1
    )
    SELECT ${PRODUCT}, place.key::text AS "sortKey", place.is_match AS "isMatch", place.is_end AS "isEnd"
    FROM place JOIN product p ON p.id = place.product_id
    ORDER BY place.key ${direction}, place.product_id ${direction}`;
  const found = new Map<string, PlacedRow>();
  for (const { isMatch, isEnd, ...row } of rows) {
    if (isMatch) found.set(row.id, row);
    if (found.size === limit) break;
    if (isEnd) return null;
  }
  return [...found.values()];
}
