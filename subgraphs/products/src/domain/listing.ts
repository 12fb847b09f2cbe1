import { badInput, checkedOptionalText, isIdOf } from '@souk/runtime/domain';
import type { ProductStatus } from './product.ts';

export const PRODUCT_SORTS = ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'TITLE'] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export interface ProductFilterInput {
  categoryIds?: readonly string[] | null;
  sellerId?: string | null;
  status?: readonly ProductStatus[] | null;
  inStock?: boolean | null;
  minPriceMinor?: number | null;
  maxPriceMinor?: number | null;
}

/** Which products to list, checked. Ids that cannot exist stay in: they match nothing. */
export interface ListingCriteria {
  query: string | null;
  categoryIds: string[] | null;
  sellerId: string | null;
  statuses: ProductStatus[];
  inStock: boolean | null;
  minPriceMinor: number | null;
  maxPriceMinor: number | null;
}

const MAX_QUERY_LENGTH = 200;
const MAX_FILTER_CATEGORIES = 50;

export function checkedCriteria(
  query: string | null | undefined,
  filter: ProductFilterInput | null | undefined,
): ListingCriteria {
  const categoryIds = filter?.categoryIds ? [...new Set(filter.categoryIds)] : null;
  const path = ['filter', 'categoryIds'];
  if (categoryIds && categoryIds.length > MAX_FILTER_CATEGORIES) {
    throw badInput(`At most ${MAX_FILTER_CATEGORIES} categories.`, path);
  }
  if (categoryIds?.some((id) => !isIdOf('cat', id))) throw badInput('Not a category.', path);
  if (filter?.sellerId != null && !isIdOf('usr', filter.sellerId)) {
    throw badInput('Not a seller.', ['filter', 'sellerId']);
  }
  const { minPriceMinor = null, maxPriceMinor = null } = filter ?? {};
  if ((minPriceMinor ?? 0) < 0 || (maxPriceMinor ?? 0) < 0) {
    throw badInput('A price is not negative.', ['filter']);
  }
  return {
    query: checkedOptionalText(query, ['query'], { max: MAX_QUERY_LENGTH }),
    categoryIds,
    sellerId: filter?.sellerId ?? null,
    statuses: filter?.status ? [...new Set(filter.status)] : ['ACTIVE'],
    inStock: filter?.inStock ?? null,
    minPriceMinor,
    maxPriceMinor,
  };
}

/** Without words to match there is no best match, so the newest come first. */
export const effectiveSort = (
  sort: ProductSort | null | undefined,
  { query }: ListingCriteria,
): ProductSort => {
  const wanted = sort ?? 'RELEVANCE';
  return wanted === 'RELEVANCE' && query === null ? 'NEWEST' : wanted;
};

/** The words of a query, each at least begun: `bra lamp` becomes `bra:* & lamp:*`. */
export const prefixQueryOf = (query: string): string =>
  (query.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? [])
    .map((word) => `${word}:*`)
    .join(' & ');

/** For LIKE: the text itself, however many wildcards are in it, and what begins with it. */
export const likePrefixOf = (text: string): string =>
  `${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
