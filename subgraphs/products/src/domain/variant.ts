export interface SelectedOption {
  name: string;
  value: string;
}

/** A product in one size, colour and so on; what is put into an order. */
export interface Variant {
  id: string;
  productId: string;
  /** The product's; kept here since SKUs are unique among a seller's. */
  sellerId: string;
  /** Place among its product's variants; the first is the default one. */
  position: number;
  sku: string;
  title: string;
  selectedOptions: SelectedOption[];
  currency: string;
  priceMinor: number;
  compareAtPriceMinor: number | null;
  /** What one costs its seller: for them and staff alone. */
  unitCostMinor: number | null;
  weightGrams: number | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** Two SKUs of a seller are the same when their keys are. */
export const skuKeyOf = (sku: string): string => sku.toLowerCase();

/** The lowest and highest price over some variants (at least one), in minor units. */
export const priceRangeOf = (variants: readonly Pick<Variant, 'priceMinor'>[]) => {
  const prices = variants.map(({ priceMinor }) => priceMinor);
  return { minPriceMinor: Math.min(...prices), maxPriceMinor: Math.max(...prices) };
};
