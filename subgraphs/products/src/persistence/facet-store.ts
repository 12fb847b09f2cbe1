import { Prisma } from '../__generated__/prisma/client.ts';
import type { CountedValue, FacetKind } from '../domain/facets.ts';
import type { Db } from './client.ts';
import { type ListingRequest, someOf } from './listing-store.ts';

/** Of so many products at most the facets are counted; of more, they are a sample's. */
export const COUNTED_UP_TO = 5_000;

export interface FacetStore {
  /** What the products that meet a request are, of one kind; most of them first. */
  count(kind: FacetKind, request: ListingRequest, most: number): Promise<CountedValue[]>;
}

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
    SELECT '' AS name, r.in_stock::text AS value, r.in_stock::text AS label, count(*)::int AS count
    FROM l JOIN product p ON p.id = l.product_id
    JOIN listing r ON r.product_id = p.id AND r.shelf = p.seller_id || '/'
    GROUP BY r.in_stock ORDER BY r.in_stock DESC`,
};

export const createFacetStore = (db: Db, countedUpTo = COUNTED_UP_TO): FacetStore => ({
  count: async (kind, request, most) =>
    db.$queryRaw<CountedValue[]>`
      WITH l AS MATERIALIZED (${await someOf(db, request, countedUpTo)})
      SELECT f.*, (SELECT count(*) FROM l) >= ${countedUpTo} AS approximate
      FROM (${COUNTS[kind](most)}) f`,
});
