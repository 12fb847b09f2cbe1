import { scopesOf, type Viewer } from '@souk/runtime/domain';
import type { Order } from './order.ts';
import { canBecome } from './order-status.ts';

type Ownership = Pick<Order, 'buyerId'>;

/** An order is between its buyer and staff; for anybody else there is no such order. */
export const maySee = (viewer: Viewer | null, order: Ownership): boolean =>
  viewer !== null && (order.buyerId === viewer.userId || scopesOf(viewer).has('orders:read'));

export const mayCancel = (viewer: Viewer, order: Ownership): boolean =>
  order.buyerId === viewer.userId || scopesOf(viewer).has('orders:write');

/** Something that may be done with an order. */
export type OrderAction = 'CANCEL';

/** What the viewer may do with an order as it is. */
export const actionsOn = (
  viewer: Viewer | null,
  order: Pick<Order, 'buyerId' | 'status'>,
): OrderAction[] =>
  viewer && mayCancel(viewer, order) && canBecome(order.status, 'CANCELLED') ? ['CANCEL'] : [];
