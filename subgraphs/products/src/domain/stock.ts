import type { AdjustmentReason } from './adjustment.ts';

export const INVENTORY_POLICIES = ['DENY', 'CONTINUE'] as const;
export type InventoryPolicy = (typeof INVENTORY_POLICIES)[number];

export const STOCK_REASONS = ['ADJUSTMENT', 'RESERVATION', 'RELEASE', 'SALE', 'RETURN'] as const;
export type StockReason = (typeof STOCK_REASONS)[number];

/** The stock of a variant. */
export interface StockItem {
  variantId: string;
  productId: string;
  sellerId: string;
  /** The title of its product, and the seller's number for it. */
  title: string;
  sku: string;
  /** Whether its product is on sale, by a seller who may sell. */
  forSale: boolean;
  onHand: number;
  /** The quantity reserved for orders; it exceeds the stock only with policy CONTINUE. */
  reserved: number;
  lowStockThreshold: number | null;
  policy: InventoryPolicy;
  updatedAt: Date;
}

/** One line of the ledger: for a variant, the deltas sum to `onHand` and `reserved`. */
export interface StockMovement {
  id: string;
  variantId: string;
  onHandDelta: number;
  reservedDelta: number;
  reason: StockReason;
  /** The comment of a manual adjustment; null when an order moved it. */
  adjustmentReason: AdjustmentReason | null;
  orderId: string | null;
  /** The seller's part of that order, if its event named it. */
  sellerOrderId: string | null;
  actorId: string | null;
  note: string | null;
  occurredAt: Date;
}

/** The last of several movements of a variant. */
export const lastOf = (
  movements: readonly Pick<StockMovement, 'id' | 'variantId'>[],
  { variantId }: Pick<StockItem, 'variantId'>,
): string | null => movements.findLast((one) => one.variantId === variantId)?.id ?? null;

export interface StockLine {
  variantId: string;
  quantity: number;
}

/** What is reserved for a seller's part of an order. */
export interface ClaimedLine extends StockLine {
  sellerOrderId: string | null;
}

/** Why a line cannot be fulfilled: it is not for sale, none is left, or fewer than requested. */
export type ShortageReason = 'NOT_FOR_SALE' | 'OUT_OF_STOCK' | 'TOO_MANY';

export interface Shortage {
  variantId: string;
  requested: number;
  reason: ShortageReason;
}

/** Whether so few are left that its seller wants to be told. */
export const isLow = (
  item: Pick<StockItem, 'onHand' | 'reserved' | 'lowStockThreshold'>,
): boolean => item.lowStockThreshold !== null && availableOf(item) <= item.lowStockThreshold;

export const availableOf = ({ onHand, reserved }: Pick<StockItem, 'onHand' | 'reserved'>): number =>
  onHand - reserved;

/**
 * The lines that cannot be fulfilled; an order is reserved completely or not at all, so any of them refuses
 * it. `stock` contains what is for sale: a variant that is missing is not available.
 */
export function shortagesOf(
  lines: readonly StockLine[],
  stock: ReadonlyMap<string, StockItem>,
): Shortage[] {
  return lines.flatMap(({ variantId, quantity }) => {
    const item = stock.get(variantId);
    if (item && (item.policy === 'CONTINUE' || availableOf(item) >= quantity)) return [];
    const short = item && availableOf(item) > 0 ? 'TOO_MANY' : 'OUT_OF_STOCK';
    return [{ variantId, requested: quantity, reason: item ? short : 'NOT_FOR_SALE' }];
  });
}

/** Lines of the same variant added up, in the order in which stock is locked everywhere. */
export function inLockOrder<Line extends StockLine>(lines: readonly Line[]): Line[] {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const known = sums.get(line.variantId);
    sums.set(line.variantId, { ...line, quantity: (known?.quantity ?? 0) + line.quantity });
  }
  return [...sums.values()].sort((a, b) => (a.variantId < b.variantId ? -1 : 1));
}
