import { formatMoney, moneyOf } from '@souk/runtime/domain';
import type { Availability } from './availability.ts';
import type { ListingCriteria } from './listing.ts';

export const FACET_KINDS = [
  'CATEGORY',
  'SELLER',
  'PRICE',
  'OPTION',
  'RATING',
  'AVAILABILITY',
] as const;
export type FacetKind = (typeof FACET_KINDS)[number];

/**
 * How many products have a value; `name` distinguishes options, and the currencies of prices, and is empty
 * for other kinds.
 */
export interface CountedValue {
  name: string;
  value: string;
  label: string;
  count: number;
  /** True when there are more products than were counted. */
  approximate: boolean;
}

export interface FacetBucket {
  value: string;
  label: string;
  count: number;
  selected: boolean;
}

export interface Facet {
  kind: FacetKind;
  name: string;
  /** What people call it. */
  label: string;
  approximate: boolean;
  buckets: FacetBucket[];
}

export const MAX_BUCKETS = 20;
/** How many options are shown, those with most products. */
const MAX_OPTIONS = 6;

/**
 * The criteria without what was chosen in a facet itself: next to the chosen sizes, it shows how many there
 * would be in each other size.
 */
export const withoutFacet = (criteria: ListingCriteria, kind: FacetKind): ListingCriteria => ({
  ...criteria,
  ...{
    CATEGORY: { categoryIds: null },
    SELLER: { sellerIds: null },
    PRICE: { price: null },
    OPTION: { options: null },
    RATING: { minRating: null },
    AVAILABILITY: { availabilities: null },
  }[kind],
});

/** The name of a facet that has none of its own. */
const LABELS: Record<FacetKind, string> = {
  CATEGORY: 'Category',
  SELLER: 'Seller',
  PRICE: 'Price',
  OPTION: 'Option',
  RATING: 'Rating',
  AVAILABILITY: 'Availability',
};

const AVAILABILITY_LABELS: Record<Availability, string> = {
  IN_STOCK: 'In stock',
  LOW: 'Few left',
  BACKORDER: 'On back order',
  OUT: 'Sold out',
  NOT_FOR_SALE: 'Not for sale',
};

/** The counts of one kind, each option separately, including what is chosen. */
export function facetsOf(
  kind: FacetKind,
  counted: readonly CountedValue[],
  criteria: ListingCriteria,
): Facet[] {
  const names = [...new Set(counted.map(({ name }) => name))].slice(0, MAX_OPTIONS);
  return names.map((name) => ({
    kind,
    name,
    label: labelOf(kind, name),
    approximate: counted.some((one) => one.approximate),
    buckets: counted
      .filter((one) => one.name === name)
      .map(({ value, label, count }) => ({
        ...{ value, label: labelOfBucket(kind, { name, value, label }), count },
        selected: isChosen(criteria, kind, name, value),
      })),
  }));
}

const labelOf = (kind: FacetKind, name: string): string =>
  kind === 'OPTION' ? name : name === '' ? LABELS[kind] : `${LABELS[kind]} (${name})`;

function labelOfBucket(
  kind: FacetKind,
  { name, value, label }: Pick<CountedValue, 'name' | 'value' | 'label'>,
): string {
  if (kind === 'PRICE') return rangeIn(value, name);
  if (kind === 'AVAILABILITY') return AVAILABILITY_LABELS[value as Availability];
  return label;
}

/** A range of minor units, as people write it. */
function rangeIn(value: string, currency: string): string {
  const amounts = value
    .split('-')
    .map((minor) => formatMoney(moneyOf(Number(minor), currency), 'en'));
  return amounts.join(' – ');
}

function isChosen(
  criteria: ListingCriteria,
  kind: FacetKind,
  name: string,
  value: string,
): boolean {
  const { categoryIds, sellerIds, price, options, minRating, availabilities } = criteria;
  const chosen: Record<FacetKind, boolean | undefined> = {
    CATEGORY: categoryIds?.includes(value),
    SELLER: sellerIds?.includes(value),
    PRICE: price?.currency === name && `${price.min}-${price.max}` === value,
    OPTION: options?.some((option) => option.name === name && option.values.includes(value)),
    RATING: String(minRating) === value,
    AVAILABILITY: availabilities?.some((one) => one === value),
  };
  return chosen[kind] ?? false;
}
