import { scopesOf, type Viewer } from '@souk/runtime/domain';
import type { Order } from './order.ts';

type Ownership = Pick<Order, 'buyerId'>;

/** An order is between its buyer and staff; for anybody else there is no such order. */
export const maySee = (viewer: Viewer | null, order: Ownership): boolean =>
  viewer !== null && (order.buyerId === viewer.userId || scopesOf(viewer).has('orders:read'));

export const mayCancel = (viewer: Viewer, order: Ownership): boolean =>
  order.buyerId === viewer.userId || scopesOf(viewer).has('orders:write');
