export const PRODUCT_STATUSES = ['DRAFT', 'ACTIVE', 'ARCHIVED'] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

/** The statuses in which a product can be created. */
export type NewProductStatus = Exclude<ProductStatus, 'ARCHIVED'>;

export interface ProductOption {
  name: string;
  values: string[];
}

/** A product, without its variants and their stock. */
export interface Product {
  id: string;
  sellerId: string;
  slug: string;
  title: string;
  description: string | null;
  status: ProductStatus;
  options: ProductOption[];
  /** Of all its variants. */
  currency: string;
  /** Over its variants, in minor units. */
  minPriceMinor: number;
  maxPriceMinor: number;
  version: number;
  /** When it was first on sale; until then only its seller and staff see it. */
  publishedAt: Date | null;
  archivedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A product that was on sale never becomes hidden again: somebody may have ordered it. */
const NEXT_STATUSES: Record<ProductStatus, readonly ProductStatus[]> = {
  DRAFT: ['ACTIVE', 'ARCHIVED'],
  ACTIVE: ['ARCHIVED'],
  ARCHIVED: ['ACTIVE'],
};

export const mayBecome = (from: ProductStatus, to: ProductStatus): boolean =>
  from === to || NEXT_STATUSES[from].includes(to);

/** The product in another status, with the corresponding times. */
export const withStatus = (product: Product, status: ProductStatus, now: Date): Product => ({
  ...product,
  status,
  publishedAt: status === 'ACTIVE' ? (product.publishedAt ?? now) : product.publishedAt,
  archivedAt: status === 'ARCHIVED' ? (product.archivedAt ?? now) : null,
});
