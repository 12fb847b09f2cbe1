import type { SellerOrder } from '../order.ts';
import { leftOf } from './refund-amount.ts';
import { canReturnBecome, type Return } from './return.ts';

export type SellerOrderAction = 'FULFIL' | 'REFUND' | 'REQUEST_RETURN';
export type ReturnAction = 'APPROVE' | 'DECLINE' | 'RECEIVE' | 'CANCEL';

interface Viewing {
  isSeller: boolean;
  isBuyer: boolean;
}

/** What may be done with a part as it is. */
export function partActions(
  part: SellerOrder,
  { isSeller, isBuyer }: Viewing,
): SellerOrderAction[] {
  const { status } = part;
  const actions: SellerOrderAction[] = [];
  const isOpen = status === 'OPEN' || status === 'PARTIALLY_SHIPPED';
  const isSent = status === 'PARTIALLY_SHIPPED' || status === 'SHIPPED' || status === 'DELIVERED';
  if (isSeller && isOpen) actions.push('FULFIL');
  // What is not sent is called off by it, also where all of the money went back before.
  if (isSeller && (isOpen || (isSent && leftOf(part) > 0))) actions.push('REFUND');
  if (isBuyer && isSent && leftOf(part) > 0) actions.push('REQUEST_RETURN');
  return actions;
}

/** What may be done with a return as it is. */
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
