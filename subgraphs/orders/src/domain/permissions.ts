import { scopesOf, type Viewer } from '@souk/runtime/domain';
import type { Order } from './order.ts';
import { canBecome, isBought, waitsForMoney } from './order-status.ts';

type Ownership = Pick<Order, 'buyerId'>;

/** An order is between its buyer and staff; it does not exist for anybody else. */
export const maySee = (viewer: Viewer | null, order: Ownership): boolean =>
  viewer !== null && (order.buyerId === viewer.userId || scopesOf(viewer).has('orders:read'));

export const mayCancelAsStaff = (viewer: Viewer | null): boolean =>
  scopesOf(viewer).has('orders:write');

/**
 * Whether somebody who sees an order is its buyer. A guest's order is seen by staff, and by anybody with the
 * guest's token, who counts as its buyer.
 */
export const isBuyerWhoSees = (viewer: Viewer | null, { buyerId }: Ownership): boolean =>
  buyerId === null ? !scopesOf(viewer).has('orders:read') : buyerId === viewer?.userId;

/** Something that may be done with an order. */
export type OrderAction = 'PAY' | 'CANCEL' | 'REQUEST_RETURN' | 'SHARE';

/**
 * What the viewer may do with an order in its current state; `mayReturn` says whether its buyer may return
 * something.
 */
export const actionsOn = (
  viewer: Viewer | null,
  order: Pick<Order, 'buyerId' | 'status' | 'totalMinor'>,
  mayReturn = false,
): OrderAction[] => {
  const isBuyer = isBuyerWhoSees(viewer, order);
  const actions: OrderAction[] = [];
  if (isBuyer && waitsForMoney(order.status) && order.totalMinor > 0) actions.push('PAY');
  if ((isBuyer || mayCancelAsStaff(viewer)) && canBecome(order.status, 'CANCELLED')) {
    actions.push('CANCEL');
  }
  if (isBuyer && mayReturn) actions.push('REQUEST_RETURN');
  if (isBuyer && order.buyerId !== null && isBought(order.status)) actions.push('SHARE');
  return actions;
};
