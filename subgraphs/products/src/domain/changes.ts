import { badInput, checkAll } from '@souk/runtime/domain';
import { checkedCategoryIds } from './new-product.ts';
import {
  checkedOpeningStock,
  checkedPrices,
  checkedSku,
  checkedThreshold,
  checkedWeight,
  type VariantInput,
} from './new-variant.ts';
import { checkedPictures } from './pictures.ts';
import { checkedSlug } from './slug.ts';

const PATH = ['input'];

/** What is asked of a product; a field that is not given stays. */
export interface RequestedProductChange {
  title?: string | null;
  slug?: string | null;
  categoryIds?: readonly string[] | null;
  mediaIds?: readonly string[] | null;
}

/** Throws all mistakes of a product's change that can be seen without the product. */
export function assertProductChange(change: RequestedProductChange): void {
  const { title, slug, categoryIds, mediaIds } = change;
  checkAll({
    title: () => {
      if (title === null) throw badInput('A product has a title.', [...PATH, 'title']);
    },
    slug: () => slug == null || checkedSlug(slug, [...PATH, 'slug']),
    categoryIds: () => checkedCategoryIds(categoryIds),
    pictures: () => checkedPictures(mediaIds, 'product'),
  });
}

/** What is asked of a category; a field that is not given stays. */
export interface RequestedCategoryChange {
  name?: string | null;
  slug?: string | null;
}

/** Throws all mistakes of a category's change that can be seen without the tree. */
export function assertCategoryChange({ name, slug }: RequestedCategoryChange): void {
  checkAll({
    name: () => {
      if (name === null) throw badInput('A category has a name.', [...PATH, 'name']);
    },
    slug: () => slug == null || checkedSlug(slug, [...PATH, 'slug']),
  });
}

/** What is asked of a variant; a field that is not given stays. */
export type RequestedVariantChange = {
  [Field in keyof VariantInput]?: VariantInput[Field] | null;
} & { mediaIds?: readonly string[] | null };

/** Throws all mistakes of a variant's change that can be seen without the variant. */
export function assertVariantChange(change: RequestedVariantChange): void {
  const { title, selectedOptions, mediaIds } = change;
  checkAll({
    title: () => {
      if (title === null) throw badInput('A variant has a title.', [...PATH, 'title']);
    },
    selectedOptions: () => {
      if (selectedOptions !== null) return;
      throw badInput('A variant has its options.', [...PATH, 'selectedOptions']);
    },
    pictures: () => checkedPictures(mediaIds, 'variant'),
    variant: () => assertVariant(change, PATH),
  });
}

/** Throws all mistakes of a variant, new or changed, that can be seen without its product. */
export function assertVariant(variant: RequestedVariantChange, path: readonly string[]): void {
  const { sku, price, compareAtPrice, unitCost } = variant;
  const { weightGrams, openingStock, lowStockThreshold } = variant;
  const currency = compareAtPrice?.currency ?? unitCost?.currency ?? '';
  checkAll({
    sku: () => sku == null || checkedSku(sku, [...path, 'sku']),
    // Without a price, only the others are looked at: they are above nothing.
    prices: () =>
      checkedPrices(
        { price: price ?? { minorUnits: 0, currency }, compareAtPrice, unitCost },
        path,
      ),
    weightGrams: () => checkedWeight(weightGrams, path),
    openingStock: () => checkedOpeningStock(openingStock, path),
    lowStockThreshold: () => checkedThreshold(lowStockThreshold, path),
  });
}
