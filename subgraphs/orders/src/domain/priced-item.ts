export type ItemStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'REMOVED';

/** Our copy of what can be ordered, as far as news of products have come. */
export interface PricedItem {
  variantId: string;
  productId: string;
  sellerId: string;
  sku: string;
  title: string;
  currency: string;
  priceMinor: number;
  weightGrams: number | null;
  categoryIds: readonly string[];
  status: ItemStatus;
  /** Null: not known, or sold without limit. */
  available: number | null;
}

/** How new our copy of an item is: the place of the news it comes from in the product's stream. */
export interface ItemKnowledge {
  variantId: string;
  productId: string;
  /** False when only its stock is known. */
  canBePriced: boolean;
  available: number | null;
  productSequence: number;
  stockSequence: number;
  /** Null while only its stock is known. */
  sellerId: string | null;
  /** How new our copy of its seller is, whose rates an order is taken at; null: not heard of yet. */
  sellerSequence: number | null;
  /** The same of the tree of categories. */
  treeSequence: number;
}

/** What a line of an order is called: the product, and the variant where that says more. */
export const lineTitleOf = (productTitle: string, variantTitle: string): string =>
  variantTitle === productTitle ? productTitle : `${productTitle} (${variantTitle})`;
