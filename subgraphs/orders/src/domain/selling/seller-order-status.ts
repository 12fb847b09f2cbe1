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

/** The life cycle of a seller's part of an order: from each state, the possible next ones. */
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

/** Whether a seller still has something to do with it, or its buyer can still receive news of it. */
export const isSettled = (status: SellerOrderStatus): boolean =>
  status === 'DELIVERED' || status === 'CANCELLED';

type Moved = Pick<
  OrderLine,
  'quantity' | 'shippedQuantity' | 'refundedQuantity' | 'returnedQuantity'
>;

/** How many units of a line are still to be sent: units refunded before they were sent never are. */
export const toShip = ({
  quantity,
  shippedQuantity,
  refundedQuantity,
  returnedQuantity,
}: Moved): number =>
  Math.max(0, quantity - shippedQuantity - Math.max(0, refundedQuantity - returnedQuantity));

/**
 * The status of a paid part, from what happened to its lines: with nothing left to send it is shipped, or
 * cancelled if nothing was ever sent.
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
