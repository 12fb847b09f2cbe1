import type { OrderLine } from '../order.ts';
import { toShip } from './seller-order-status.ts';

/** What has happened so far to the units that were reserved for a line. */
export interface LineStock {
  variantId: string;
  shipped: number;
  /** Refunded before they were sent: whether for sale again. */
  released: number;
  lost: number;
  /** Sent, returned, and for sale again. */
  restocked: number;
}

type Counted = Parameters<typeof toShip>[0] &
  Pick<OrderLine, 'variantId' | 'restockedQuantity' | 'lostQuantity'>;

/** How many units of a line will never be sent. */
export const droppedOf = (line: Parameters<typeof toShip>[0]): number =>
  line.quantity - line.shippedQuantity - toShip(line);

export const stockOfLine = (line: Counted): LineStock => ({
  variantId: line.variantId,
  shipped: line.shippedQuantity,
  released: droppedOf(line) - line.lostQuantity,
  lost: line.lostQuantity,
  restocked: line.restockedQuantity,
});
