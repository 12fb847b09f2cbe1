import { Prisma } from '../__generated__/prisma/client.ts';
import { AVAILABILITIES } from '../domain/availability.ts';
import type { CountedValue, FacetKind } from '../domain/facets.ts';
import type { Db } from './client.ts';
import { someOf } from './found-totals.ts';
import { SEARCH_BOUNDS } from './listing-search.ts';
import type { ListingRequest } from './requested-shelves.ts';

/**
 * The maximum number of products for which facets are counted; beyond it, the facets are those of a sample.
 */
export const COUNTED_UP_TO = 5_000;

export interface FacetStore {
  /** The values of one kind among matching products; the most frequent first. */
  count(kind: FacetKind, request: ListingRequest, most: number): Promise<CountedValue[]>;
}

/** The prices of the products: each price of one whose variants differ. */
const PRICES = Prisma.sql`
  SELECT l.product_id, r.currency, coalesce(v.price_minor, r.min_price_minor) AS price
  FROM l JOIN product p ON p.id = l.product_id
  JOIN listing r ON r.product_id = p.id AND r.shelf = p.seller_id || '/'
  LEFT JOIN product_variant v ON r.several_prices AND v.product_id = p.id`;

/**
 * The price range between two of 1, 2 and 5 times a power of ten; there are no ranges below one hundred minor
 * units.
 */
const RANGE_OF_PRICE = Prisma.sql`
  SELECT CASE WHEN p.price < 100 THEN 0 ELSE step."from" * scale.of END AS lowest,
    CASE WHEN p.price < 100 THEN 99 ELSE step.below * scale.of - 1 END AS highest
  FROM (SELECT (10 ^ (length(p.price::text) - 1))::bigint AS of, left(p.price::text, 1)::int AS digit) scale
  JOIN (VALUES (0, 0, 1), (1, 1, 2), (2, 2, 5), (3, 2, 5), (4, 2, 5), (5, 5, 10), (6, 5, 10), (7, 5, 10),
    (8, 5, 10), (9, 5, 10)) step (digit, "from", below) ON step.digit = scale.digit`;

const COUNTS: Record<FacetKind, (most: number) => Prisma.Sql> = {
  CATEGORY: (most) => Prisma.sql`
    SELECT '' AS name, c.id AS value, c.name AS label, count(*)::int AS count
    FROM l JOIN product_category pc ON pc.product_id = l.product_id
    JOIN category c ON c.id = pc.category_id
    GROUP BY c.id, c.name ORDER BY count DESC, c.id LIMIT ${most}`,
  SELLER: (most) => Prisma.sql`
    SELECT '' AS name, s.id AS value, s.display_name AS label, count(*)::int AS count
    FROM l JOIN product p ON p.id = l.product_id JOIN seller s ON s.id = p.seller_id
    GROUP BY s.id, s.display_name ORDER BY count DESC, s.id LIMIT ${most}`,
  PRICE: (most) => Prisma.sql`
    SELECT name, lowest || '-' || highest AS value, '' AS label, count FROM (
      SELECT currency AS name, lowest, highest, count(DISTINCT product_id)::int AS count,
        row_number() OVER (PARTITION BY currency ORDER BY count(DISTINCT product_id) DESC, lowest) AS place,
        sum(count(*)) OVER (PARTITION BY currency) AS of_name
      FROM (${PRICES}) p CROSS JOIN LATERAL (${RANGE_OF_PRICE}) r GROUP BY currency, lowest, highest
    ) r WHERE place <= ${most} ORDER BY of_name DESC, name COLLATE "C", lowest`,
  OPTION: (most) => Prisma.sql`
    SELECT name, value, value AS label, count FROM (
      SELECT o.name, o.value, count(*)::int AS count,
        row_number() OVER (PARTITION BY o.name ORDER BY count(*) DESC, o.value COLLATE "C") AS place,
        sum(count(*)) OVER (PARTITION BY o.name) AS of_name
      FROM l JOIN product_option_value o ON o.product_id = l.product_id
      GROUP BY o.name, o.value
    ) o WHERE place <= ${most} ORDER BY of_name DESC, name COLLATE "C", place`,
  RATING: () => Prisma.sql`
    SELECT '' AS name, n::text AS value, n::text AS label, count(*)::int AS count
    FROM l JOIN product p ON p.id = l.product_id
    JOIN listing r ON r.product_id = p.id AND r.shelf = p.seller_id || '/'
    CROSS JOIN generate_series(1, r.rating / 1000) n GROUP BY n ORDER BY n DESC`,
  AVAILABILITY: () => Prisma.sql`
    SELECT '' AS name, r.availability AS value, r.availability AS label, count(*)::int AS count
    FROM l JOIN product p ON p.id = l.product_id
    JOIN listing r ON r.product_id = p.id AND r.shelf = p.seller_id || '/'
    GROUP BY r.availability ORDER BY array_position(${AVAILABILITIES}::text[], r.availability)`,
};

export const createFacetStore = (
  db: Db,
  countedUpTo = COUNTED_UP_TO,
  bounds = SEARCH_BOUNDS,
): FacetStore => ({
  count: async (kind, request, most) => {
    const { looked, ids, isSample } = await someOf(db, request, countedUpTo, bounds);
    return db.$queryRaw<CountedValue[]>`
      WITH ${looked} l AS MATERIALIZED (${ids})
      SELECT f.*, (SELECT count(*) FROM l) >= ${countedUpTo} OR ${isSample} AS approximate
      FROM (${COUNTS[kind](most)}) f`;
  },
});
