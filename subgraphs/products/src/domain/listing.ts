import { badInput, isIdOf } from '@souk/runtime/domain';
import { AVAILABILITIES, type Availability, canBeBought } from './availability.ts';
import { currencyRequired } from './errors.ts';
import type { ProductStatus } from './product.ts';

export const PRODUCT_SORTS = [
  'RELEVANCE',
  'NEWEST',
  'PRICE_ASC',
  'PRICE_DESC',
  'TITLE',
  'RATING',
] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export interface ProductFilterInput {
  categoryIds?: readonly string[] | null;
  sellerIds?: readonly string[] | null;
  statuses?: readonly ProductStatus[] | null;
  inStock?: boolean | null;
  availabilities?: readonly Availability[] | null;
  price?: PriceRangeInput | null;
  minRating?: number | null;
  options?: readonly OptionFilter[] | null;
}

/** Any of these values of one option. */
export interface OptionFilter {
  name: string;
  values: readonly string[];
}

export interface PriceRangeInput {
  currency: string;
  minMinorUnits?: number | null;
  maxMinorUnits?: number | null;
}

/** Prices in one currency, in minor units: amounts in several currencies cannot be compared. */
export interface PriceRange {
  currency: string;
  min: number;
  max: number;
}

/** The checked criteria of a list. Ids that cannot exist are kept: they match nothing. */
export interface ListingCriteria {
  query: string | null;
  categoryIds: string[] | null;
  sellerIds: string[] | null;
  statuses: ProductStatus[];
  /** Their availability as shoppers see it; null for all. */
  availabilities: Availability[] | null;
  price: PriceRange | null;
  /** At least this average number of stars. */
  minRating: number | null;
  /** With a variant that has one of the values of each option. */
  options: OptionFilter[] | null;
}

const MAX_FILTER_CATEGORIES = 50;
const MAX_FILTER_SELLERS = 10;
const MAX_FILTER_OPTIONS = 5;
const MAX_FILTER_VALUES = 20;

/** The criteria of a list, which contains products of `statuses` unless the filter asks for others. */
export function checkedCriteria(
  query: string | null | undefined,
  filter: ProductFilterInput | null | undefined,
  statuses: readonly ProductStatus[] = ['ACTIVE'],
): ListingCriteria {
  return {
    query: query ?? null,
    categoryIds: checkedIds(filter?.categoryIds, 'categoryIds', 'cat', MAX_FILTER_CATEGORIES),
    sellerIds: checkedIds(filter?.sellerIds, 'sellerIds', 'sel', MAX_FILTER_SELLERS),
    statuses: [...new Set(filter?.statuses ?? statuses)],
    availabilities: wantedAvailabilities(filter),
    price: checkedPriceRange(filter?.price),
    minRating: checkedMinRating(filter?.minRating),
    options: checkedOptions(filter?.options),
  };
}

/**
 * Each once, in one order, so that the same filter has the same cursors. Both parts of a filter omit what
 * they do not name.
 */
function wantedAvailabilities(
  filter: Pick<ProductFilterInput, 'inStock' | 'availabilities'> | null | undefined,
): Availability[] | null {
  const { inStock = null, availabilities = null } = filter ?? {};
  if (inStock === null && availabilities === null) return null;
  return AVAILABILITIES.filter(
    (one) =>
      (availabilities?.includes(one) ?? true) && (inStock === null || canBeBought(one) === inStock),
  );
}

/** The ids, each once, in alphabetical order, so that the same filter has the same cursors. */
function checkedIds(
  ids: readonly string[] | null | undefined,
  name: string,
  prefix: 'cat' | 'sel',
  max: number,
): string[] | null {
  if (ids == null) return null;
  const path = ['filter', name];
  const distinct = [...new Set(ids)].sort();
  if (distinct.length > max) throw badInput(`At most ${max} of them.`, path);
  const foreign = ids.findIndex((id) => !isIdOf(prefix, id));
  if (foreign >= 0) throw badInput('This id belongs to something else.', [...path, foreign]);
  return distinct;
}

function checkedOptions(options: ProductFilterInput['options']): OptionFilter[] | null {
  if (options == null || options.length === 0) return null;
  const path = ['filter', 'options'];
  if (options.length > MAX_FILTER_OPTIONS) throw badInput(`At most ${MAX_FILTER_OPTIONS}.`, path);
  return options.map(({ name, values }, index) => {
    if (values.length < 1 || values.length > MAX_FILTER_VALUES) {
      throw badInput(`1 to ${MAX_FILTER_VALUES} of them.`, [...path, index, 'values']);
    }
    return { name, values: [...new Set(values)].sort() };
  });
}

function checkedMinRating(stars: number | null | undefined): number | null {
  if (stars == null) return null;
  if (stars < 1 || stars > 5) throw badInput('A rating must be 1 to 5.', ['filter', 'minRating']);
  return stars;
}

function checkedPriceRange(range: PriceRangeInput | null | undefined): PriceRange | null {
  if (range == null) return null;
  const path = ['filter', 'price'];
  const min = range.minMinorUnits ?? 0;
  const max = range.maxMinorUnits ?? Number.MAX_SAFE_INTEGER;
  if (min < 0) throw badInput('A price cannot be negative.', [...path, 'minMinorUnits']);
  if (max < min) {
    throw badInput('The highest price is below the lowest.', [...path, 'maxMinorUnits']);
  }
  return { currency: range.currency, min, max };
}

/** Without words there is no best match, so the newest come first. */
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
