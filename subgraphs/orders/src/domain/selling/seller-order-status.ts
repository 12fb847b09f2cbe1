import type { OrderLine } from '../order.ts';

export const SELLER_ORDER_STATUSES = [
  'WAITING',
  'OPEN',
  'PARTIALLY_SHIPPED',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
] as const;
export type SellerOrderStatus = (typeof SELLER_ORDER_STATUSES)[number];

/** The whole life of a seller's part of an order: from each state, where it can go. */
export const NEXT_SELLER_ORDER_STATUSES: Readonly<
  Record<SellerOrderStatus, readonly SellerOrderStatus[]>
> = {
  WAITING: ['OPEN', 'CANCELLED'],
  OPEN: ['PARTIALLY_SHIPPED', 'SHIPPED', 'CANCELLED'],
  PARTIALLY_SHIPPED: ['SHIPPED', 'DELIVERED'],
  SHIPPED: ['DELIVERED'],
  DELIVERED: [],
  CANCELLED: [],
};

export const canSellerOrderBecome = (from: SellerOrderStatus, to: SellerOrderStatus): boolean =>
  NEXT_SELLER_ORDER_STATUSES[from].includes(to);

/** Whether a seller has anything left to do with it or its buyer may still hear of it. */
export const isSettled = (status: SellerOrderStatus): boolean =>
  status === 'DELIVERED' || status === 'CANCELLED';

type Moved = Pick<
  OrderLine,
  'quantity' | 'shippedQuantity' | 'refundedQuantity' | 'returnedQuantity'
>;

/** How many of a line are still to be sent: what was paid back before it was sent never is. */
export const toShip = ({
  quantity,
  shippedQuantity,
  refundedQuantity,
  returnedQuantity,
}: Moved): number =>
  Math.max(0, quantity - shippedQuantity - Math.max(0, refundedQuantity - returnedQuantity));

/**
 * What a paid part is by what happened to its lines: with nothing left to send it is shipped, or called
 * off when nothing ever was sent.
 */
export function statusOfLines(
  status: SellerOrderStatus,
  lines: readonly Moved[],
  areAllDelivered: boolean,
): SellerOrderStatus {
  if (status === 'WAITING' || isSettled(status)) return status;
  const isAnySent = lines.some(({ shippedQuantity }) => shippedQuantity > 0);
  if (lines.some((line) => toShip(line) > 0)) return isAnySent ? 'PARTIALLY_SHIPPED' : status;
  if (!isAnySent) return 'CANCELLED';
  return areAllDelivered ? 'DELIVERED' : 'SHIPPED';
}
