import type { AdjustmentReason } from './adjustment.ts';

export const INVENTORY_POLICIES = ['DENY', 'CONTINUE'] as const;
export type InventoryPolicy = (typeof INVENTORY_POLICIES)[number];

export const STOCK_REASONS = ['ADJUSTMENT', 'RESERVATION', 'RELEASE', 'SALE', 'RETURN'] as const;
export type StockReason = (typeof STOCK_REASONS)[number];

/** How much there is of a variant. */
export interface StockItem {
  variantId: string;
  productId: string;
  sellerId: string;
  /** What its product is called, and the seller's number of it. */
  title: string;
  sku: string;
  /** Whether its product is on sale, by a seller who may sell. */
  forSale: boolean;
  onHand: number;
  /** How much of that is set aside for orders; beyond it only with policy CONTINUE. */
  reserved: number;
  lowStockThreshold: number | null;
  policy: InventoryPolicy;
  updatedAt: Date;
}

/** One line of the ledger: over a variant, the deltas sum to `onHand` and `reserved`. */
export interface StockMovement {
  id: string;
  variantId: string;
  onHandDelta: number;
  reservedDelta: number;
  reason: StockReason;
  /** Of an adjustment by hand, in more words; null when an order moved it. */
  adjustmentReason: AdjustmentReason | null;
  orderId: string | null;
  /** The seller's part of that order, where its event named it. */
  sellerOrderId: string | null;
  actorId: string | null;
  note: string | null;
  occurredAt: Date;
}

/** The last of some movements of a variant. */
export const lastOf = (
  movements: readonly Pick<StockMovement, 'id' | 'variantId'>[],
  { variantId }: Pick<StockItem, 'variantId'>,
): string | null => movements.findLast((one) => one.variantId === variantId)?.id ?? null;

export interface StockLine {
  variantId: string;
  quantity: number;
}

/** What is set aside for a seller's part of an order. */
export interface ClaimedLine extends StockLine {
  sellerOrderId: string | null;
}

/** Why a line cannot be met: it is not for sale, none is left, or fewer than were asked for. */
export type ShortageReason = 'NOT_FOR_SALE' | 'OUT_OF_STOCK' | 'TOO_MANY';

export interface Shortage {
  variantId: string;
  requested: number;
  reason: ShortageReason;
}

/** Whether no more are left than its seller wants to know of. */
export const isLow = (
  item: Pick<StockItem, 'onHand' | 'reserved' | 'lowStockThreshold'>,
): boolean => item.lowStockThreshold !== null && availableOf(item) <= item.lowStockThreshold;

export const availableOf = ({ onHand, reserved }: Pick<StockItem, 'onHand' | 'reserved'>): number =>
  onHand - reserved;

/**
 * The lines that cannot be met; an order is set aside in full or not at all, so any one of them
 * refuses it. `stock` holds what is for sale: a variant that is not in it is not to be had.
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

/** Lines of one variant added up, in the order in which stock is locked everywhere. */
export function inLockOrder<Line extends StockLine>(lines: readonly Line[]): Line[] {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const known = sums.get(line.variantId);
    sums.set(line.variantId, { ...line, quantity: (known?.quantity ?? 0) + line.quantity });
  }
  return [...sums.values()].sort((a, b) => (a.variantId < b.variantId ? -1 : 1));
}
