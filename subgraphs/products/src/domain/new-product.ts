import {
  badInput,
  checkAll,
  checkEach,
  type DomainError,
  isIdOf,
  throwAll,
} from '@souk/runtime/domain';
import { categoryNotFound } from './errors.ts';
import { checkedVariant, type NewVariant, selectionKey, type VariantInput } from './new-variant.ts';
import { checkedPictures } from './pictures.ts';
import type { NewProductStatus, ProductOption } from './product.ts';
import { checkedSlug } from './slug.ts';
import { skuKeyOf } from './variant.ts';

export const MAX_VARIANTS = 100;
export const MAX_CATEGORIES = 10;
const MAX_OPTIONS = 5;
const MAX_OPTION_VALUES = 50;

export interface CreateProductInput {
  /** May be omitted by a person who works for only one seller, or for none. */
  sellerId?: string | null;
  title: string;
  slug?: string | null;
  description?: string | null;
  status?: NewProductStatus | null;
  categoryIds?: readonly string[] | null;
  mediaIds?: readonly string[] | null;
  options?: readonly { name: string; values: readonly string[] }[] | null;
  variants: readonly VariantInput[];
  idempotencyKey?: string | null;
}

/** A requested product, checked, before it has ids. */
export interface NewProduct {
  title: string;
  /** Null: made from the title. */
  slug: string | null;
  description: string | null;
  status: NewProductStatus;
  categoryIds: string[];
  options: ProductOption[];
  variants: NewVariant[];
}

export function checkedCategoryIds(ids: readonly string[] | null | undefined): string[] {
  const path = ['input', 'categoryIds'];
  const distinct = [...new Set(ids)];
  if (distinct.length > MAX_CATEGORIES) throw badInput(`At most ${MAX_CATEGORIES}.`, path);
  checkEach(distinct, (id, index) => {
    if (!isIdOf('cat', id)) throw categoryNotFound([...path, index]);
  });
  return distinct;
}

/** The requested product; throws all mistakes together. Texts are checked as the schema says. */
export function checkedProduct(input: CreateProductInput): NewProduct {
  const { title, slug = null, description = null, options = null } = input;
  const { pictures: _, ...checked } = checkAll({
    slug: () => slug && checkedSlug(slug, ['input', 'slug']),
    categoryIds: () => checkedCategoryIds(input.categoryIds),
    pictures: () => checkedPictures(input.mediaIds, 'product'),
    options: () => checkedOptions(options ?? []),
    variants: () => checkedVariants(input.variants, options ?? [], title),
  });
  return { title, description, status: input.status ?? 'ACTIVE', ...checked };
}

function checkedOptions(options: NonNullable<CreateProductInput['options']>): ProductOption[] {
  const path = ['input', 'options'];
  if (options.length > MAX_OPTIONS) throw badInput(`At most ${MAX_OPTIONS} options.`, path);
  if (new Set(options.map(({ name }) => name)).size < options.length) {
    throw badInput('An option is given twice.', path);
  }
  return checkEach(options, ({ name, values }, index) => {
    const at = [...path, index, 'values'];
    if (values.length < 1 || values.length > MAX_OPTION_VALUES) {
      throw badInput(`An option can have 1 to ${MAX_OPTION_VALUES} values.`, at);
    }
    if (new Set(values).size < values.length) throw badInput('A value is given twice.', at);
    return { name, values: [...values] };
  });
}

function checkedVariants(
  inputs: readonly VariantInput[],
  options: NonNullable<CreateProductInput['options']>,
  productTitle: string,
): NewVariant[] {
  const path = ['input', 'variants'];
  if (inputs.length < 1 || inputs.length > MAX_VARIANTS) {
    throw badInput(`A product can have 1 to ${MAX_VARIANTS} variants.`, path);
  }
  const variants = checkEach(inputs, (input, index) =>
    checkedVariant(input, { options, productTitle, path: [...path, index] }),
  );
  const skus = new Set<string>();
  const selections = new Set<string>();
  const found: DomainError[] = [];
  for (const [index, { sku, currency, selectedOptions }] of variants.entries()) {
    const at = [...path, index];
    const selection = selectionKey(selectedOptions);
    if (skus.has(skuKeyOf(sku))) found.push(badInput('This SKU is given twice.', [...at, 'sku']));
    if (selections.has(selection)) {
      found.push(badInput('Another variant has the same options.', [...at, 'selectedOptions']));
    }
    if (currency !== variants[0]?.currency) {
      found.push(
        badInput('All variants must have the same currency.', [...at, 'price', 'currency']),
      );
    }
    skus.add(skuKeyOf(sku));
    selections.add(selection);
  }
  throwAll(found);
  return variants;
}
