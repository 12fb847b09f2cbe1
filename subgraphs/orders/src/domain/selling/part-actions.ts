import type { OrderLine, SellerOrder } from '../order.ts';
import { isBought, type OrderStatus } from '../order-status.ts';
import { leftOf } from './refund-amount.ts';
import { canReturnBecome, MOST_RETURNS, type Return, returnableOf } from './return.ts';

export type SellerOrderAction = 'FULFIL' | 'REFUND' | 'REQUEST_RETURN';
export type ReturnAction = 'APPROVE' | 'DECLINE' | 'RECEIVE' | 'CANCEL';

interface Viewing {
  isSeller: boolean;
  isBuyer: boolean;
}

/** What a seller may do with its part of an order in its current state. */
export function sellerActions(
  part: Pick<SellerOrder, 'status' | 'totalMinor' | 'refundedMinor'>,
  orderStatus: OrderStatus,
): SellerOrderAction[] {
  const isOpen = part.status === 'OPEN' || part.status === 'PARTIALLY_SHIPPED';
  const actions: SellerOrderAction[] = [];
  if (isOpen) actions.push('FULFIL');
  // Units that will not be sent are cancelled by it, even if all of the money was refunded before; and for a
  // cancelled part the delivery was paid as well.
  if (isOpen || (isBought(orderStatus) && leftOf(part) > 0)) actions.push('REFUND');
  return actions;
}

/**
 * Whether a buyer may return something from a part: some of it was sent, and it does not have too many
 * returns.
 */
export const mayRequestReturn = (
  lines: readonly OrderLine[],
  returns: readonly Return[],
): boolean =>
  returns.length < MOST_RETURNS && lines.some((line) => returnableOf(line, returns) > 0);

/** What may be done with a return in its current state. */
export function returnActions(
  { status }: Pick<Return, 'status'>,
  { isSeller, isBuyer }: Viewing,
): ReturnAction[] {
  const actions: ReturnAction[] = [];
  if (isSeller && canReturnBecome(status, 'APPROVED')) actions.push('APPROVE', 'DECLINE');
  if (isSeller && canReturnBecome(status, 'RECEIVED')) actions.push('RECEIVE');
  if (isBuyer && canReturnBecome(status, 'CANCELLED')) actions.push('CANCEL');
  return actions;
}
