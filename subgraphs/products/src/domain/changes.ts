import { badInput, checkAll, checkedWhole } from '@souk/runtime/domain';
import { checkedCategoryIds } from './new-product.ts';
import {
  checkedPrices,
  checkedSku,
  checkedThreshold,
  checkedWeight,
  MAX_ON_HAND,
  type VariantInput,
} from './new-variant.ts';
import { checkedSlug } from './slug.ts';

const PATH = ['input'];

/** What is asked of a product; a field that is not given stays. */
export interface RequestedProductChange {
  title?: string | null;
  slug?: string | null;
  categoryIds?: readonly string[] | null;
}

/** Throws all mistakes of a product's change that can be seen without the product. */
export function assertProductChange(change: RequestedProductChange): void {
  const { title, slug, categoryIds } = change;
  checkAll({
    title: () => {
      if (title === null) throw badInput('A product has a title.', [...PATH, 'title']);
    },
    slug: () => slug == null || checkedSlug(slug, [...PATH, 'slug']),
    categoryIds: () => checkedCategoryIds(categoryIds),
  });
}

/** What is asked of a variant, new or known; a field that is not given stays. */
export type RequestedVariantChange = {
  [Field in
    | 'sku'
    | 'priceMinor'
    | 'compareAtPriceMinor'
    | 'weightGrams'
    | 'onHand'
    | 'lowStockThreshold']?: VariantInput[Field] | null;
};

/** Throws all mistakes of a variant that can be seen without its product. */
export function assertVariantChange(change: RequestedVariantChange): void {
  const { sku, priceMinor, compareAtPriceMinor, weightGrams, onHand, lowStockThreshold } = change;
  checkAll({
    sku: () => sku == null || checkedSku(sku, [...PATH, 'sku']),
    // Without a price, only the price before is looked at: it is above nothing.
    prices: () => checkedPrices(priceMinor ?? 0, compareAtPriceMinor, PATH),
    weightGrams: () => checkedWeight(weightGrams, PATH),
    onHand: () => checkedWhole(onHand ?? 0, [...PATH, 'onHand'], { min: 0, max: MAX_ON_HAND }),
    lowStockThreshold: () => checkedThreshold(lowStockThreshold, PATH),
  });
}
