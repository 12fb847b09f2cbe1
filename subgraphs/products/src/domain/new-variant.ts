import { badInput, checkAll, checkedWhole, type MoneyInput } from '@souk/runtime/domain';
import { INVENTORY_POLICIES, type InventoryPolicy } from './stock.ts';
import type { SelectedOption } from './variant.ts';

/** A hundred million in a currency with two decimals; far below where sums overflow. */
export const MAX_PRICE_MINOR = 1_000_000_000_000;
export const MAX_ON_HAND = 1_000_000_000;
export const MAX_WEIGHT_GRAMS = 100_000_000;

export interface VariantInput {
  sku: string;
  title?: string | null;
  price: MoneyInput;
  compareAtPrice?: MoneyInput | null;
  unitCost?: MoneyInput | null;
  weightGrams?: number | null;
  openingStock?: number | null;
  lowStockThreshold?: number | null;
  inventoryPolicy?: InventoryPolicy | null;
  selectedOptions?: readonly SelectedOption[] | null;
}

/** A requested variant, checked, before it has an id. */
export interface NewVariant {
  sku: string;
  title: string;
  priceMinor: number;
  currency: string;
  compareAtPriceMinor: number | null;
  unitCostMinor: number | null;
  weightGrams: number | null;
  onHand: number;
  lowStockThreshold: number | null;
  policy: InventoryPolicy;
  selectedOptions: SelectedOption[];
}

type Path = readonly (string | number)[];

export const checkedSku = (sku: string, path: Path): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(sku)) {
    throw badInput('A SKU has letters, digits, dots, dashes and underscores, 1 to 64.', path);
  }
  return sku;
};

/** The current and the former price, and the seller's cost, in one currency. */
export function checkedPrices(
  { price, compareAtPrice, unitCost }: Pick<VariantInput, 'price' | 'compareAtPrice' | 'unitCost'>,
  path: Path,
): Pick<NewVariant, 'currency' | 'priceMinor' | 'compareAtPriceMinor' | 'unitCostMinor'> {
  const before = [...path, 'compareAtPrice'];
  const cost = [...path, 'unitCost'];
  const { currency } = price;
  const checked = checkAll({
    priceMinor: () => checkedAmount(price, [...path, 'price'], 0),
    compareAtPriceMinor: () =>
      compareAtPrice == null ? null : checkedAmount(compareAtPrice, before, 1),
    unitCostMinor: () => (unitCost == null ? null : checkedAmount(unitCost, cost, 0)),
    currency: () => compareAtPrice == null || assertCurrency(compareAtPrice, currency, before),
    currencyOfCost: () => unitCost == null || assertCurrency(unitCost, currency, cost),
  });
  const { priceMinor, compareAtPriceMinor, unitCostMinor } = checked;
  if (compareAtPriceMinor !== null && compareAtPriceMinor <= priceMinor) {
    throw badInput('The earlier price must be higher than the price.', [...before, 'minorUnits']);
  }
  return { currency, priceMinor, compareAtPriceMinor, unitCostMinor };
}

const checkedAmount = ({ minorUnits }: MoneyInput, path: Path, min: number): number =>
  checkedWhole(minorUnits, [...path, 'minorUnits'], { min, max: MAX_PRICE_MINOR });

/** All prices of a product are in one currency. */
export function assertCurrency({ currency }: MoneyInput, wanted: string, path: Path): void {
  if (currency === wanted) return;
  throw badInput(`All prices of a product must be in the same currency, here ${wanted}.`, [
    ...path,
    'currency',
  ]);
}

export const checkedWeight = (grams: number | null | undefined, path: Path) =>
  grams == null
    ? null
    : checkedWhole(grams, [...path, 'weightGrams'], { min: 0, max: MAX_WEIGHT_GRAMS });

export const checkedThreshold = (units: number | null | undefined, path: Path) =>
  units == null
    ? null
    : checkedWhole(units, [...path, 'lowStockThreshold'], { min: 0, max: MAX_ON_HAND });

export const checkedOpeningStock = (units: number | null | undefined, path: Path) =>
  checkedWhole(units ?? 0, [...path, 'openingStock'], { min: 0, max: MAX_ON_HAND });

/** The requested variant; throws all its mistakes together. */
export function checkedVariant(
  input: VariantInput,
  {
    options,
    productTitle,
    path,
  }: { options: readonly OfferedOption[]; productTitle: string; path: Path },
): NewVariant {
  const { prices, ...checked } = checkAll({
    sku: () => checkedSku(input.sku, [...path, 'sku']),
    prices: () => checkedPrices(input, path),
    weightGrams: () => checkedWeight(input.weightGrams, path),
    onHand: () => checkedOpeningStock(input.openingStock, path),
    lowStockThreshold: () => checkedThreshold(input.lowStockThreshold, path),
    selectedOptions: () => checkedSelection(input.selectedOptions ?? [], options, path),
  });
  const made = checked.selectedOptions.map(({ value }) => value).join(' / ') || productTitle;
  return {
    ...checked,
    ...prices,
    title: input.title ?? made,
    policy: input.inventoryPolicy ?? INVENTORY_POLICIES[0],
  };
}

type OfferedOption = { readonly name: string; readonly values: readonly string[] };

/** One known value of each option, in the order of the options. */
export function checkedSelection(
  selected: readonly SelectedOption[],
  options: readonly OfferedOption[],
  path: Path,
): SelectedOption[] {
  const at = [...path, 'selectedOptions'];
  if (selected.length !== options.length) {
    throw badInput('Give one value for each of the product’s options.', at);
  }
  return options.map(({ name, values }) => {
    const value = selected.find((option) => option.name === name)?.value;
    if (value === undefined) throw badInput(`A value of “${name}” is missing.`, at);
    if (!values.includes(value)) throw badInput(`“${value}” is no value of “${name}”.`, at);
    return { name, value };
  });
}

/** Requires that no other variant of the product has the same options. */
export function assertFreeSelection(
  { selectedOptions }: Pick<NewVariant, 'selectedOptions'>,
  others: readonly Pick<NewVariant, 'selectedOptions'>[],
  path: Path,
): void {
  const wanted = selectionKey(selectedOptions);
  if (others.some((other) => selectionKey(other.selectedOptions) === wanted)) {
    throw badInput('Another variant has the same options.', [...path, 'selectedOptions']);
  }
}

/** What two variants of one product must not share. */
export const selectionKey = (selected: readonly SelectedOption[]): string =>
  JSON.stringify(selected.map(({ value }) => value));
