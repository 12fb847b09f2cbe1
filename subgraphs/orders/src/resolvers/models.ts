import type { Money } from '@souk/runtime/domain';
import type { StreamItem } from '@souk/runtime/events';
import type { Connection } from '@souk/runtime/graphql';
import type { CartNotice } from '../domain/cart/cart.ts';
import type { ShownLine } from '../domain/cart/shown-line.ts';
import type { OrderLine } from '../domain/order.ts';
import type { OrderCriteria } from '../domain/order-filter.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { StoredCart } from '../persistence/cart-store.ts';
import type { StoredOrder } from '../persistence/order-store.ts';

/** What resolvers of each GraphQL type start from. */
export type OrderModel = StoredOrder;
export type OrderLineModel = OrderLine;
export interface ViewerModel {
  id: string;
}
export type CartModel = StoredCart;
export type CartLineModel = ShownLine;
export interface CartNoticeModel extends CartNotice {
  line: ShownLine | null;
}
export type MoneyModel = Money;
export interface UserModel {
  id: string;
}
export interface ProductVariantModel {
  id: string;
}

export interface OrderConnectionModel extends Connection<StoredOrder> {
  /** Counted only when it is asked for. */
  counted: OrderCriteria;
}

type Sent = Pick<StreamItem, 'cursor' | 'occurredAt'>;

export interface CartChangedModel extends Sent {
  __typename: 'CartChanged';
  cart: StoredCart;
}

export interface OrderPlacedModel extends Sent {
  __typename: 'OrderPlaced';
  order: StoredOrder;
}

export interface OrderStatusChangedModel extends Sent {
  __typename: 'OrderStatusChanged';
  order: StoredOrder;
  from: OrderStatus;
  to: OrderStatus;
  statusReason: string | null;
}
