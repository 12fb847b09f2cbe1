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

/** The requested changes of a product; missing fields stay as they are. */
export interface RequestedProductChange {
  title?: string | null;
  slug?: string | null;
  categoryIds?: readonly string[] | null;
  mediaIds?: readonly string[] | null;
}

/** Throws all mistakes in a product's changes that are visible without the product. */
export function assertProductChange(change: RequestedProductChange): void {
  const { title, slug, categoryIds, mediaIds } = change;
  checkAll({
    title: () => {
      if (title === null) throw badInput('A product needs a title.', [...PATH, 'title']);
    },
    slug: () => slug == null || checkedSlug(slug, [...PATH, 'slug']),
    categoryIds: () => checkedCategoryIds(categoryIds),
    pictures: () => checkedPictures(mediaIds, 'product'),
  });
}

/** The requested changes of a category; missing fields stay as they are. */
export interface RequestedCategoryChange {
  name?: string | null;
  slug?: string | null;
}

/** Throws all mistakes in a category's changes that are visible without the tree. */
export function assertCategoryChange({ name, slug }: RequestedCategoryChange): void {
  checkAll({
    name: () => {
      if (name === null) throw badInput('A category needs a name.', [...PATH, 'name']);
    },
    slug: () => slug == null || checkedSlug(slug, [...PATH, 'slug']),
  });
}

/** The requested changes of a variant; missing fields stay as they are. */
export type RequestedVariantChange = {
  [Field in keyof VariantInput]?: VariantInput[Field] | null;
} & { mediaIds?: readonly string[] | null };

/** Throws all mistakes in a variant's changes that are visible without the variant. */
export function assertVariantChange(change: RequestedVariantChange): void {
  const { title, selectedOptions, mediaIds } = change;
  checkAll({
    title: () => {
      if (title === null) throw badInput('A variant needs a title.', [...PATH, 'title']);
    },
    selectedOptions: () => {
      if (selectedOptions !== null) return;
      throw badInput('A variant needs its options.', [...PATH, 'selectedOptions']);
    },
    pictures: () => checkedPictures(mediaIds, 'variant'),
    variant: () => assertVariant(change, PATH),
  });
}

/** Throws all mistakes in a variant, new or changed, that are visible without its product. */
export function assertVariant(variant: RequestedVariantChange, path: readonly string[]): void {
  const { sku, price, compareAtPrice, unitCost } = variant;
  const { weightGrams, openingStock, lowStockThreshold } = variant;
  const currency = compareAtPrice?.currency ?? unitCost?.currency ?? '';
  checkAll({
    sku: () => sku == null || checkedSku(sku, [...path, 'sku']),
    // Without a price, only the other amounts are checked: nothing can be compared with it.
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
