import {
  badInput,
  checkAll,
  checkEach,
  labelText,
  type MoneyInput,
  minorUnitDigits,
  proseText,
  SCALAR_RULES,
} from '@souk/runtime/domain';
import type { CreateProductInput } from './new-product.ts';
import type { VariantInput } from './new-variant.ts';
import { INVENTORY_POLICIES } from './stock.ts';

/** The maximum number of rows of a file. */
export const MAX_IMPORT_ROWS = 20_000;

export const NEEDED_COLUMNS = ['title', 'sku', 'price', 'currency'] as const;
const OPTION_COLUMNS = [1, 2, 3].map((n) => [`option${n}_name`, `option${n}_value`] as const);

/** A row of a file: its number, and the values of its columns. */
export interface ImportRow {
  /** Counted from 1, without the header. */
  row: number;
  values: Readonly<Record<string, string>>;
}

/** Consecutive rows with the same word in the column `product` are variants of one product. */
export function productsOf(rows: readonly ImportRow[]): ImportRow[][] {
  const products: ImportRow[][] = [];
  for (const row of rows) {
    const last = products.at(-1);
    const name = row.values.product ?? '';
    const goesOn = name !== '' && last?.[0]?.values.product === name;
    if (goesOn) last.push(row);
    else products.push([row]);
  }
  return products;
}

/** Where each word of the column `product` first occurs. */
export function firstRowsOf(rows: readonly ImportRow[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { row, values } of rows) {
    const name = values.product ?? '';
    if (name !== '' && !first.has(name)) first.set(name, row);
  }
  return first;
}

/** Throws when rows belong to a product that occurred before: they would become a second one. */
export function assertTogether(
  rows: readonly ImportRow[],
  firstRows: ReadonlyMap<string, number>,
): void {
  const [first] = rows as readonly [ImportRow, ...ImportRow[]];
  const begins = firstRows.get(first.values.product ?? '') ?? first.row;
  if (begins === first.row) return;
  const message = `This product starts in row ${begins}; the rows of one product must follow each other.`;
  throw badInput(message, [first.row, 'product']);
}

/** A product as described by its rows, except its categories, which are given by slugs. */
export type ImportedProduct = Omit<
  CreateProductInput,
  'sellerId' | 'categoryIds' | 'idempotencyKey'
> & {
  categorySlugs: string[];
};

/** Throws all mistakes of the rows, each with its row and column as path. */
export function importedProduct(rows: readonly ImportRow[]): ImportedProduct {
  const [first] = rows as readonly [ImportRow, ...ImportRow[]];
  const of = (column: string) => first.values[column] ?? '';
  const at = (column: string) => [first.row, column];
  const checked = checkAll({
    title: () => labelText(of('title'), 150, at('title')),
    description: () =>
      of('description') === '' ? null : proseText(of('description'), 5_000, at('description')),
    status: () => oneOf(['ACTIVE', 'DRAFT'] as const, of('status') || 'ACTIVE', at('status')),
    variants: () => checkEach(rows, importedVariant),
  });
  const names = [...new Set(checked.variants.flatMap(optionNames))];
  return {
    ...checked,
    categorySlugs: of('categories')
      .split('|')
      .map((slug) => slug.trim())
      .filter(Boolean),
    options: names.map((name) => ({
      name,
      values: [
        ...new Set(
          checked.variants.flatMap(({ selectedOptions }) =>
            (selectedOptions ?? []).filter((one) => one.name === name).map(({ value }) => value),
          ),
        ),
      ],
    })),
  };
}

const optionNames = ({ selectedOptions }: VariantInput) =>
  (selectedOptions ?? []).map(({ name }) => name);

function importedVariant({ row, values }: ImportRow): VariantInput {
  const of = (column: string) => values[column] ?? '';
  const whole = (column: string) => (of(column) === '' ? null : wholeOf(of(column), [row, column]));
  return checkAll({
    sku: () => labelText(of('sku'), 64, [row, 'sku']),
    title: () =>
      of('variant_title') === ''
        ? null
        : labelText(of('variant_title'), 150, [row, 'variant_title']),
    price: () => amountOf(of('price'), of('currency'), row, 'price'),
    compareAtPrice: () =>
      of('compare_at_price') === ''
        ? null
        : amountOf(of('compare_at_price'), of('currency'), row, 'compare_at_price'),
    unitCost: () =>
      of('unit_cost') === '' ? null : amountOf(of('unit_cost'), of('currency'), row, 'unit_cost'),
    weightGrams: () => whole('weight_grams'),
    openingStock: () => whole('stock'),
    lowStockThreshold: () => whole('low_stock_threshold'),
    inventoryPolicy: () =>
      oneOf(INVENTORY_POLICIES, of('inventory_policy') || 'DENY', [row, 'inventory_policy']),
    selectedOptions: () =>
      OPTION_COLUMNS.filter(([name]) => of(name) !== '').map(([name, value]) => ({
        name: labelText(of(name), 50, [row, name]),
        value: labelText(of(value), 50, [row, value]),
      })),
  });
}

type Path = readonly (string | number)[];

function wholeOf(text: string, path: Path): number {
  if (!/^\d{1,15}$/.test(text)) throw badInput('This is not a whole number.', path);
  return Number(text);
}

function oneOf<const Word extends string>(words: readonly Word[], text: string, path: Path): Word {
  const found = words.find((word) => word === text.toUpperCase());
  if (!found) throw badInput(`This is one of ${words.join(', ')}.`, path);
  return found;
}

/** An amount as people write it, such as `19.99`, in the currency's minor units. */
function amountOf(text: string, currency: string, row: number, column: string): MoneyInput {
  const known = SCALAR_RULES.Currency(currency, [row, 'currency']);
  const digits = minorUnitDigits(known);
  const written =
    digits === 0 ? /^(\d{1,13})()$/ : new RegExp(`^(\\d{1,13})(?:\\.(\\d{1,${digits}}))?$`);
  const [, units, part = ''] = written.exec(text) ?? [];
  if (units === undefined) {
    const example = (12).toFixed(digits);
    throw badInput(`This is not an amount of ${known}, such as ${example}.`, [row, column]);
  }
  return { minorUnits: Number(units + part.padEnd(digits, '0')), currency: known };
}
