import {
  type StockMovement as MovementRow,
  Prisma,
  type Product as ProductRow,
  type StockItem as StockRow,
  type ProductVariant as VariantRow,
} from '../__generated__/prisma/client.ts';
import type { AdjustmentReason } from '../domain/adjustment.ts';
import type { Product, ProductOption, ProductStatus } from '../domain/product.ts';
import type { InventoryPolicy, StockItem, StockMovement, StockReason } from '../domain/stock.ts';
import type { SelectedOption, Variant } from '../domain/variant.ts';

/** Amounts are BIGINT in the database; CHECKs and domain rules keep them within safe integers. */
const nullableNumber = (value: bigint | null) => (value === null ? null : Number(value));

export const asJson = (value: unknown) => value as Prisma.InputJsonValue;

/** A product `p` as `productOfRow` takes it. */
export const PRODUCT = Prisma.sql`
  p.id, p.seller_id AS "sellerId", p.slug, p.title, p.description, p.status, p.options, p.currency,
  p.min_price_minor AS "minPriceMinor", p.max_price_minor AS "maxPriceMinor", p.version,
  p.published_at AS "publishedAt", p.archived_at AS "archivedAt", p.created_at AS "createdAt",
  p.updated_at AS "updatedAt"`;

export const productOfRow = (row: ProductRow): Product => ({
  id: row.id,
  sellerId: row.sellerId,
  slug: row.slug,
  title: row.title,
  description: row.description,
  status: row.status as ProductStatus,
  options: row.options as unknown as ProductOption[],
  currency: row.currency,
  minPriceMinor: Number(row.minPriceMinor),
  maxPriceMinor: Number(row.maxPriceMinor),
  version: row.version,
  publishedAt: row.publishedAt,
  archivedAt: row.archivedAt,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const variantOfRow = (row: VariantRow): Variant => ({
  id: row.id,
  productId: row.productId,
  sellerId: row.sellerId,
  position: row.position,
  sku: row.sku,
  title: row.title,
  selectedOptions: row.selectedOptions as unknown as SelectedOption[],
  currency: row.currency,
  priceMinor: Number(row.priceMinor),
  compareAtPriceMinor: nullableNumber(row.compareAtPriceMinor),
  unitCostMinor: nullableNumber(row.unitCostMinor),
  weightGrams: row.weightGrams,
  version: row.version,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

export const stockOfRow = (
  row: StockRow & {
    productId: string;
    sellerId: string;
    title: string;
    sku: string;
    forSale: boolean;
  },
): StockItem => ({
  variantId: row.variantId,
  productId: row.productId,
  sellerId: row.sellerId,
  title: row.title,
  sku: row.sku,
  forSale: row.forSale,
  onHand: row.onHand,
  reserved: row.reserved,
  lowStockThreshold: row.lowStockThreshold,
  policy: row.policy as InventoryPolicy,
  updatedAt: row.updatedAt,
});

export const movementOfRow = (row: MovementRow): StockMovement => ({
  id: row.id,
  variantId: row.variantId,
  onHandDelta: row.onHandDelta,
  reservedDelta: row.reservedDelta,
  reason: row.reason as StockReason,
  adjustmentReason: row.adjustmentReason as AdjustmentReason | null,
  orderId: row.orderId,
  sellerOrderId: row.sellerOrderId,
  actorId: row.actorId,
  note: row.note,
  occurredAt: row.occurredAt,
});
