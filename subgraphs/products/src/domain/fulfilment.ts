import type { AdjustmentReason } from './adjustment.ts';
import type { ClaimedLine, StockItem, StockReason } from './stock.ts';

/** What happened to the units that were reserved for a line: totals, which only grow. */
export interface Fulfilment {
  /** They left the seller’s stock. */
  shipped: number;
  /** They will not be sent: available again, or written off. */
  released: number;
  lost: number;
  /** They were sent, returned, and are for sale again. */
  restocked: number;
}

/** A reserved line, with what has happened to it so far. */
export interface FulfilledLine extends ClaimedLine, Fulfilment {}

/** The resulting movements of stock. */
export interface FulfilmentMove {
  reason: StockReason;
  adjustmentReason: AdjustmentReason | null;
  onHandDelta: number;
  reservedDelta: number;
}

/** How many units of a line are still reserved. */
export const stillReserved = ({ quantity, shipped, released, lost }: FulfilledLine): number =>
  quantity - shipped - released - lost;

/** By how much totals exceed what is known; those of an older or repeated event do not. */
export const newUnitsOf = (known: Fulfilment, totals: Fulfilment): Fulfilment => ({
  shipped: Math.max(0, totals.shipped - known.shipped),
  released: Math.max(0, totals.released - known.released),
  lost: Math.max(0, totals.lost - known.lost),
  restocked: Math.max(0, totals.restocked - known.restocked),
});

export const increased = (known: Fulfilment, more: Fulfilment): Fulfilment => ({
  shipped: known.shipped + more.shipped,
  released: known.released + more.released,
  lost: known.lost + more.lost,
  restocked: known.restocked + more.restocked,
});

/**
 * The ledger lines for it. Units that leave are taken from what is on hand as far as that goes: products that
 * are sold without limit may be made to order, and never be in stock.
 */
export function movesOf(
  { shipped, released, lost, restocked }: Fulfilment,
  { onHand }: Pick<StockItem, 'onHand'>,
): FulfilmentMove[] {
  const sent = Math.min(onHand, shipped);
  const gone = Math.min(onHand - sent, lost);
  return [
    move('SALE', -sent, -shipped),
    move('RELEASE', 0, -released),
    { ...move('ADJUSTMENT', -gone, -lost), adjustmentReason: 'LOST' as const },
    move('RETURN', restocked, 0),
  ].filter(({ onHandDelta, reservedDelta }) => onHandDelta !== 0 || reservedDelta !== 0);
}

const move = (reason: StockReason, onHandDelta: number, reservedDelta: number): FulfilmentMove => ({
  reason,
  adjustmentReason: null,
  onHandDelta,
  reservedDelta,
});
