import { Prisma, type Product as ProductRow } from '../__generated__/prisma/client.ts';
import type { PriceRange, ProductSort } from '../domain/listing.ts';
import type { ShelfPart } from '../domain/shelves.ts';

export interface ShelfListing {
  parts: readonly ShelfPart[];
  price: PriceRange | null;
}

/** How shelves are ordered; the quality of a match is only known for search results. */
export type ShelfSort = Exclude<ProductSort, 'RELEVANCE'>;

export interface ShelfPage extends ShelfListing {
  sort: ShelfSort;
  after: readonly [sortKey: string, id: string] | null;
  limit: number;
}

/** A product, and the value that determines its position. */
export type PlacedRow = ProductRow & { sortKey: string };

const ORDERS = {
  NEWEST: { key: Prisma.sql`l.product_id`, type: Prisma.sql`text`, falls: true },
  TITLE: { key: Prisma.sql`l.title_key`, type: Prisma.sql`text`, falls: false },
  RATING: { key: Prisma.sql`l.rating`, type: Prisma.sql`int`, falls: true },
  PRICE_ASC: { key: Prisma.sql`l.min_price_minor`, type: Prisma.sql`bigint`, falls: false },
  PRICE_DESC: { key: Prisma.sql`l.min_price_minor`, type: Prisma.sql`bigint`, falls: true },
} as const;

/** How a page is ordered, in which direction, and what comes after its cursor. */
export function orderOf({ sort, after }: Pick<ShelfPage, 'sort' | 'after'>) {
  const { key, type, falls } = ORDERS[sort];
  const direction = falls ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const beyond = falls ? Prisma.sql`<` : Prisma.sql`>`;
  const from = after
    ? Prisma.sql`AND (${key}, l.product_id) ${beyond} (${after[0]}::${type}, ${after[1]})`
    : Prisma.empty;
  return { key, from, direction };
}
