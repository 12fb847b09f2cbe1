import { Prisma } from '../__generated__/prisma/client.ts';
import type { PriceRange } from '../domain/listing.ts';
import type { ShelfPart } from '../domain/shelves.ts';

const columnsOf = (parts: readonly ShelfPart[]) => Prisma.sql`
  ${parts.map(({ shelf }) => shelf)}::text[], ${parts.map(({ status }) => status)}::text[],
  ${parts.map(({ published }) => published)}::boolean[],
  ${parts.map(({ inStock }) => inStock)}::boolean[]`;

/** The parts as they are. */
export const plainParts = (parts: readonly ShelfPart[]) => Prisma.sql`
  unnest(${columnsOf(parts)}) AS part (shelf, status, published, in_stock)`;

/** The parts of several lists, each with the number of its list, from 0 on. */
export const numberedParts = (lists: readonly (readonly ShelfPart[])[]) => Prisma.sql`
  unnest(${columnsOf(lists.flat())}, ${lists.flatMap((parts, list) => parts.map(() => list))}::int[])
    AS part (shelf, status, published, in_stock, list)`;

/** The parts, limited to a price range. */
export const partsOf = (parts: readonly ShelfPart[], price: PriceRange | null) =>
  price === null ? plainParts(parts) : pricedParts(parts, price);

/**
 * Products with one price are in the range by that price. With several prices, the lowest may be below the
 * range while another is in it: those are searched from the lowest on.
 */
export function pricedParts(parts: readonly ShelfPart[], price: PriceRange | null) {
  const split = [false, true].flatMap((several) => parts.map((part) => ({ ...part, several })));
  return Prisma.sql`
    unnest(${columnsOf(split)}, ${split.map(({ several }) => several)}::boolean[],
      ${split.map(({ several }) => (several ? 0 : (price?.min ?? 0)))}::bigint[]
    ) AS part (shelf, status, published, in_stock, several_prices, lowest)`;
}

/** In the part. */
export const IN_PART = Prisma.sql`l.shelf = part.shelf AND l.status = part.status
  AND l.published = part.published AND l.in_stock = part.in_stock`;

const hasVariantIn = ({ min, max }: PriceRange) => Prisma.sql`(l.min_price_minor >= ${min}
  OR EXISTS (SELECT 1 FROM product_variant v
    WHERE v.product_id = l.product_id AND v.price_minor BETWEEN ${min} AND ${max}))`;

/** In the range, by the index of prices. */
export const priced = (price: PriceRange | null) =>
  price === null
    ? IN_PART
    : Prisma.sql`${IN_PART} AND l.several_prices = part.several_prices
        AND l.currency = ${price.currency} AND l.min_price_minor >= part.lowest
        AND l.min_price_minor <= ${price.max} AND l.max_price_minor >= ${price.min}
        AND ${hasVariantIn(price)}`;

/** In the range, checked on a walk in another order: written so that no index of prices applies. */
export const pricedOnTheWay = (price: PriceRange) =>
  Prisma.sql`(l.currency || '' = ${price.currency} AND l.min_price_minor + 0 <= ${price.max}
    AND l.max_price_minor + 0 >= ${price.min} AND ${hasVariantIn(price)})`;
