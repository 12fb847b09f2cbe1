import { Prisma } from '../__generated__/prisma/client.ts';
import type { ShelfPart } from '../domain/shelves.ts';
import type { Db } from './client.ts';
import { PRODUCT } from './rows.ts';
import { IN_PART, numberedParts } from './shelf-conditions.ts';
import { orderOf, type PlacedRow, type ShelfPage } from './shelf-pages.ts';

/** A list without a price range: the parts that it consists of. */
export type PlainList = readonly ShelfPart[];

/**
 * A page of each of several lists in one read: all in one order, and after one position. Each part of a shelf
 * is walked by its own index in the wanted order, at most for one page, and the walks are merged: the work
 * does not grow with the shelf.
 */
export async function readPlainShelves(
  db: Db,
  lists: readonly PlainList[],
  page: Pick<ShelfPage, 'sort' | 'after' | 'limit'>,
): Promise<PlacedRow[][]> {
  const pages = lists.map((): PlacedRow[] => []);
  if (lists.every((parts) => parts.length === 0)) return pages;
  const { key, from, direction } = orderOf(page);
  const rows = await db.$queryRaw<(PlacedRow & { list: number })[]>`
    WITH place AS (
      SELECT list.number AS list, l.key, l.product_id
      FROM generate_series(0, ${lists.length - 1}::int) AS list (number)
      CROSS JOIN LATERAL (
        SELECT DISTINCT l.key, l.product_id FROM ${numberedParts(lists)}
        CROSS JOIN LATERAL (
          SELECT ${key} AS key, l.product_id FROM listing l WHERE ${IN_PART} ${from}
          ORDER BY ${key} ${direction}, l.product_id ${direction} LIMIT ${page.limit}
        ) l
        WHERE part.list = list.number
        ORDER BY l.key ${direction}, l.product_id ${direction} LIMIT ${page.limit}
      ) l
    )
    SELECT ${PRODUCT}, place.key::text AS "sortKey", place.list
    FROM place JOIN product p ON p.id = place.product_id
    ORDER BY place.list, place.key ${direction}, place.product_id ${direction}`;
  for (const { list, ...row } of rows) pages[list]?.push(row);
  return pages;
}

/**
 * The totals of several lists: one index entry is read for each product, in the order of the rows, so that
 * checking the visibility of each stays on one page of the visibility map.
 */
export async function countPlainShelves(db: Db, lists: readonly PlainList[]): Promise<number[]> {
  const counts = lists.map(() => 0);
  if (lists.every((parts) => parts.length === 0)) return counts;
  const rows = await db.$queryRaw<{ list: number; count: bigint }[]>`
    SELECT list.number AS list, l.count FROM generate_series(0, ${lists.length - 1}::int) AS list (number)
    CROSS JOIN LATERAL (
      SELECT count(${lists.every(isOneShelf) ? Prisma.sql`l.product_id` : Prisma.sql`DISTINCT l.product_id`}) AS count
      FROM ${numberedParts(lists)}
      CROSS JOIN LATERAL (
        SELECT l.product_id FROM listing l WHERE ${IN_PART} ORDER BY l.product_id OFFSET 0
      ) l
      WHERE part.list = list.number
    ) l`;
  for (const { list, count } of rows) counts[list] = Number(count);
  return counts;
}

/** A product may be on several of the shelves, but is in one part of each. */
export const isOneShelf = (parts: PlainList): boolean =>
  new Set(parts.map(({ shelf }) => shelf)).size <= 1;
