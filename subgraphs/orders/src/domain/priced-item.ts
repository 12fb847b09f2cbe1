export type ItemStatus = 'DRAFT' | 'ACTIVE' | 'ARCHIVED' | 'REMOVED';

/** Our copy of a variant, as far as news of products have arrived. */
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
  /** Null when unknown, or sold without limit. */
  available: number | null;
}

/** How new our copy of an item is: the sequence of its news in the product's stream. */
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
  /**
   * How new our copy of its seller is, whose rates apply to an order; null when the seller is unknown so far.
   */
  sellerSequence: number | null;
  /** The same for the category tree. */
  treeSequence: number;
}

/** The title of an order's line: the product's, and the variant's if that adds something. */
export const lineTitleOf = (productTitle: string, variantTitle: string): string =>
  variantTitle === productTitle ? productTitle : `${productTitle} (${variantTitle})`;
