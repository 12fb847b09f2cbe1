import { badInput, isIdOf } from '@souk/runtime/domain';
import { currencyRequired } from './errors.ts';
import type { ProductStatus } from './product.ts';

export const PRODUCT_SORTS = ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'TITLE'] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export interface ProductFilterInput {
  categoryIds?: readonly string[] | null;
  sellerId?: string | null;
  status?: readonly ProductStatus[] | null;
  inStock?: boolean | null;
  price?: PriceRangeInput | null;
}

export interface PriceRangeInput {
  currency: string;
  minMinorUnits?: number | null;
  maxMinorUnits?: number | null;
}

/** Prices of one currency, in minor units: amounts of several cannot be compared. */
export interface PriceRange {
  currency: string;
  min: number;
  max: number;
}

/** Which products to list, checked. Ids that cannot exist stay in: they match nothing. */
export interface ListingCriteria {
  query: string | null;
  categoryIds: string[] | null;
  sellerId: string | null;
  statuses: ProductStatus[];
  inStock: boolean | null;
  price: PriceRange | null;
}

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
  return {
    query: query ?? null,
    categoryIds,
    sellerId: filter?.sellerId ?? null,
    statuses: filter?.status ? [...new Set(filter.status)] : ['ACTIVE'],
    inStock: filter?.inStock ?? null,
    price: checkedPriceRange(filter?.price),
  };
}

function checkedPriceRange(range: PriceRangeInput | null | undefined): PriceRange | null {
  if (range == null) return null;
  const path = ['filter', 'price'];
  const min = range.minMinorUnits ?? 0;
  const max = range.maxMinorUnits ?? Number.MAX_SAFE_INTEGER;
  if (min < 0) throw badInput('A price is not negative.', [...path, 'minMinorUnits']);
  if (max < min) {
    throw badInput('The highest price is below the lowest.', [...path, 'maxMinorUnits']);
  }
  return { currency: range.currency, min, max };
}

/** Without words to match there is no best match, so the newest come first. */
export function effectiveSort(
  sort: ProductSort | null | undefined,
  { query, price }: ListingCriteria,
): ProductSort {
  const wanted = sort ?? 'RELEVANCE';
  if (wanted === 'RELEVANCE') return query === null ? 'NEWEST' : wanted;
  if ((wanted === 'PRICE_ASC' || wanted === 'PRICE_DESC') && price === null) {
    throw currencyRequired();
  }
  return wanted;
}
