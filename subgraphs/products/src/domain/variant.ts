export interface SelectedOption {
  name: string;
  value: string;
}

/** A product in a particular size, colour and so on; what an order contains. */
export interface Variant {
  id: string;
  productId: string;
  /** The product's; stored here since SKUs are unique within a seller. */
  sellerId: string;
  /** Position among its product's variants; the first is the default one. */
  position: number;
  sku: string;
  title: string;
  selectedOptions: SelectedOption[];
  currency: string;
  priceMinor: number;
  compareAtPriceMinor: number | null;
  /** The seller's cost of one: visible only to the seller and staff. */
  unitCostMinor: number | null;
  weightGrams: number | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Two SKUs of a seller are the same when their keys are. */
export const skuKeyOf = (sku: string): string => sku.toLowerCase();

/** The lowest and highest price of some variants (at least one), in minor units. */
export const priceRangeOf = (variants: readonly Pick<Variant, 'priceMinor'>[]) => {
  const prices = variants.map(({ priceMinor }) => priceMinor);
  return { minPriceMinor: Math.min(...prices), maxPriceMinor: Math.max(...prices) };
};
