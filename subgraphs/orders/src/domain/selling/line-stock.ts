import type { OrderLine } from '../order.ts';
import { toShip } from './seller-order-status.ts';

/** What became so far of the units that were set aside for a line. */
export interface LineStock {
  variantId: string;
  shipped: number;
  /** Paid back before they were sent: for sale again, or not. */
  released: number;
  lost: number;
  /** Sent, come back, and for sale again. */
  restocked: number;
}

type Counted = Parameters<typeof toShip>[0] &
  Pick<OrderLine, 'variantId' | 'restockedQuantity' | 'lostQuantity'>;

/** How many of a line are never going to be sent. */
export const droppedOf = (line: Parameters<typeof toShip>[0]): number =>
  line.quantity - line.shippedQuantity - toShip(line);

export const stockOfLine = (line: Counted): LineStock => ({
  variantId: line.variantId,
  shipped: line.shippedQuantity,
  released: droppedOf(line) - line.lostQuantity,
  lost: line.lostQuantity,
  restocked: line.restockedQuantity,
});
