import { badInput, checkedOptionalText, checkedText, isIdOf } from '@souk/runtime/domain';
import { categoryNotFound } from './errors.ts';
import { checkedVariant, type NewVariant, selectionKey, type VariantInput } from './new-variant.ts';
import type { ProductOption, ProductStatus } from './product.ts';
import { checkedSlug } from './slug.ts';
import { skuKeyOf } from './variant.ts';

export const MAX_VARIANTS = 100;
export const MAX_CATEGORIES = 10;
const MAX_OPTIONS = 5;
const MAX_OPTION_VALUES = 50;

export interface CreateProductInput {
  title: string;
  slug?: string | null;
  description?: string | null;
  status?: ProductStatus | null;
  categoryIds?: readonly string[] | null;
  options?: readonly { name: string; values: readonly string[] }[] | null;
  variants: readonly VariantInput[];
  idempotencyKey?: string | null;
}

/** A product as asked for, checked, before it has ids. */
export interface NewProduct {
  title: string;
  /** Null: to be made from the title. */
  slug: string | null;
  description: string | null;
  status: ProductStatus;
  categoryIds: string[];
  options: ProductOption[];
  variants: NewVariant[];
}

export const checkedTitle = (title: string) => checkedText(title, ['input', 'title'], { max: 150 });
export const checkedDescription = (description: string | null | undefined) =>
  checkedOptionalText(description, ['input', 'description'], { max: 5_000, multiline: true });

export function checkedCategoryIds(ids: readonly string[] | null | undefined): string[] {
  const path = ['input', 'categoryIds'];
  const distinct = [...new Set(ids)];
  if (distinct.length > MAX_CATEGORIES) throw badInput(`At most ${MAX_CATEGORIES}.`, path);
  const foreign = distinct.findIndex((id) => !isIdOf('cat', id));
  if (foreign >= 0) throw categoryNotFound([...path, foreign]);
  return distinct;
}

export function checkedProduct(input: CreateProductInput): NewProduct {
  const title = checkedTitle(input.title);
  const options = checkedOptions(input.options ?? []);
  const status = input.status ?? 'ACTIVE';
  if (status === 'ARCHIVED') {
    throw badInput('A new product is ACTIVE or a DRAFT.', ['input', 'status']);
  }
  return {
    title,
    slug: input.slug == null ? null : checkedSlug(input.slug, ['input', 'slug']),
    description: checkedDescription(input.description),
    status,
    categoryIds: checkedCategoryIds(input.categoryIds),
    options,
    variants: checkedVariants(input.variants, options, title),
  };
}

function checkedOptions(options: NonNullable<CreateProductInput['options']>): ProductOption[] {
  const path = ['input', 'options'];
  if (options.length > MAX_OPTIONS) throw badInput(`At most ${MAX_OPTIONS} options.`, path);
  const checked = options.map(({ name, values }, index) => {
    const at = [...path, index, 'values'];
    if (values.length < 1 || values.length > MAX_OPTION_VALUES) {
      throw badInput(`An option has 1 to ${MAX_OPTION_VALUES} values.`, at);
    }
    const texts = values.map((value, place) => checkedText(value, [...at, place], { max: 50 }));
    if (new Set(texts).size < texts.length) throw badInput('A value is there twice.', at);
    return { name: checkedText(name, [...path, index, 'name'], { max: 50 }), values: texts };
  });
  if (new Set(checked.map(({ name }) => name)).size < checked.length) {
    throw badInput('An option is there twice.', path);
  }
  return checked;
}

function checkedVariants(
  inputs: readonly VariantInput[],
  options: ProductOption[],
  productTitle: string,
): NewVariant[] {
  const path = ['input', 'variants'];
  if (inputs.length < 1 || inputs.length > MAX_VARIANTS) {
    throw badInput(`A product has 1 to ${MAX_VARIANTS} variants.`, path);
  }
  const variants = inputs.map((input, index) =>
    checkedVariant(input, { options, productTitle, path: [...path, index] }),
  );
  const skus = new Set<string>();
  const selections = new Set<string>();
  for (const [index, { sku, currency, selectedOptions }] of variants.entries()) {
    if (skus.has(skuKeyOf(sku)))
      throw badInput('This SKU is there twice.', [...path, index, 'sku']);
    skus.add(skuKeyOf(sku));
    const selection = selectionKey(selectedOptions);
    if (selections.has(selection)) {
      const at = [...path, index, 'selectedOptions'];
      throw badInput('Another variant has the same options.', at);
    }
    selections.add(selection);
    if (currency !== variants[0]?.currency) {
      throw badInput('All variants have one currency.', [...path, index, 'currency']);
    }
  }
  return variants;
}
