import { Prisma } from '../__generated__/prisma/client.ts';
import type { Db } from './client.ts';
import {
  candidatesOf,
  conditionsOf,
  foundBy,
  isMeant,
  isNarrowed,
  isOnShelves,
  type Search,
  type SearchBounds,
  searchOf,
} from './listing-search.ts';
import { type ListingRequest, shelfPartsIn } from './requested-shelves.ts';
import { onShelves, shelvedUpTo } from './shelf-lists.ts';

/** How many products a list has, or at least has. */
export interface Total {
  readonly count: number;
  readonly exact: boolean;
}

/**
 * The total of a search. Of what is common, so many products are looked at: those on the requested shelves and those with the
 * words. Where neither are all, there are at least as many as match among them.
 */
export async function countFound(db: Db, search: Search, most: number): Promise<Total> {
  if (search.by !== null) {
    const [row] = await db.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) FROM ${foundBy(search)}`;
    return { count: Number(row?.count ?? 0), exact: true };
  }
  const onShelves = isNarrowed(search.criteria) ? await countOnShelves(db, search, most) : null;
  if (onShelves?.exact) return onShelves;
  const withWords = await countWithWords(db, search, most);
  if (withWords.exact) return withWords;
  return { count: Math.max(withWords.count, onShelves?.count ?? 0), exact: false };
}

interface Counted {
  count: bigint;
  looked: bigint;
}

const totalOf = (row: Counted | undefined, most: number): Total => ({
  count: Number(row?.count ?? 0),
  exact: Number(row?.looked ?? 0) < most,
});

async function countOnShelves(db: Db, { criteria, listing }: Search, most: number): Promise<Total> {
  if (listing.parts.length === 0) return { count: 0, exact: true };
  // Each entry is looked at, also of a product that stands on several of the shelves.
  const [row] = await db.$queryRaw<Counted[]>`
    SELECT count(DISTINCT l.product_id) FILTER (WHERE l.is_counted) AS count, count(*) AS looked FROM (
      SELECT l.product_id, (SELECT ${isMeant(criteria)} FROM product p WHERE p.id = l.product_id) AS is_counted
      FROM (${shelvedUpTo(listing, most)}) l
    ) l`;
  return totalOf(row, most);
}

/** What has the words, by number, not by LIMIT, for which the planner would guess how rare the words are. */
const lookedAt = (search: Search) => Prisma.sql`
  SELECT p.*, row_number() OVER () AS looked_at FROM (${candidatesOf(search)}) p`;

async function countWithWords(db: Db, search: Search, most: number): Promise<Total> {
  const [row] = await db.$queryRaw<Counted[]>`
    SELECT count(*) FILTER (WHERE ${conditionsOf(search)}) AS count, count(*) AS looked FROM (
      ${lookedAt(search)}
    ) p
    WHERE p.looked_at <= ${most}::int`;
  return totalOf(row, most);
}

/** Some products of a list, as parts of one statement. */
export interface Some {
  /** The common table `looked` that the others read, with a comma behind it; empty where all are found. */
  readonly looked: Prisma.Sql;
  readonly ids: Prisma.Sql;
  /** Whether there may be more than were looked at, however few of those match. */
  readonly isSample: Prisma.Sql;
}

const allOf = (ids: Prisma.Sql): Some => ({
  ...{ looked: Prisma.empty, ids, isSample: Prisma.sql`false` },
});

/** Of matching products, up to a maximum; of what is common, those among so many that are looked at. */
export async function someOf(
  db: Db,
  request: ListingRequest,
  most: number,
  bounds: SearchBounds,
): Promise<Some> {
  const { criteria } = request;
  if (isOnShelves(criteria)) {
    const parts = await shelfPartsIn(db, request);
    return allOf(
      parts.length === 0
        ? Prisma.sql`SELECT ''::text AS product_id WHERE false`
        : Prisma.sql`${onShelves({ parts, price: criteria.price })} LIMIT ${most}`,
    );
  }
  const search = await searchOf(db, request, bounds);
  const { by, listing } = search;
  if (by !== null || listing.parts.length === 0)
    return allOf(Prisma.sql`SELECT p.id AS product_id FROM ${foundBy(search)} LIMIT ${most}`);
  // A product stands on several shelves, but has the words once: without DISTINCT no more are looked at than are wanted.
  const [looked, each] = isNarrowed(criteria)
    ? [
        Prisma.sql`SELECT l.product_id,
            (SELECT ${isMeant(criteria)} FROM product p WHERE p.id = l.product_id) AS is_meant
          FROM (${shelvedUpTo(listing, bounds.counted)}) l`,
        Prisma.sql`DISTINCT product_id`,
      ]
    : [
        Prisma.sql`SELECT p.id AS product_id, (${conditionsOf(search)}) AS is_meant
          FROM (${lookedAt(search)}) p WHERE p.looked_at <= ${bounds.counted}::int`,
        Prisma.sql`product_id`,
      ];
  return {
    looked: Prisma.sql`looked AS MATERIALIZED (${looked}),`,
    ids: Prisma.sql`SELECT ${each} FROM looked WHERE is_meant LIMIT ${most}`,
    isSample: Prisma.sql`(SELECT count(*) FROM looked) >= ${bounds.counted}::int`,
  };
}
