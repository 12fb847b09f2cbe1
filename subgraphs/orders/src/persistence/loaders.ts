import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { CartLine } from '../domain/cart/cart.ts';
import type { DiscountCode } from '../domain/checkout/discount.ts';
import type { OrderLine } from '../domain/order.ts';
import type { Payment } from '../domain/payment/payment.ts';
import type { PricedItem } from '../domain/priced-item.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { StoredCart } from './cart-store.ts';
import type { StoredOrder } from './order-store.ts';
import type { StoredSellerOrder } from './seller-order-store.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly order: Loader<StoredOrder>;
  readonly orderByNumber: Loader<StoredOrder>;
  readonly cart: Loader<StoredCart>;
  readonly cartOfOwner: Loader<StoredCart>;
  readonly cartLine: Loader<CartLine>;
  readonly pricedItem: Loader<PricedItem>;
  readonly sellerOrder: Loader<StoredSellerOrder>;
  readonly sellerOrdersOfOrder: ListLoader<StoredSellerOrder>;
  readonly linesOfSellerOrder: ListLoader<OrderLine>;
  readonly payment: Loader<Payment>;
  readonly paymentsOfOrder: ListLoader<Payment>;
  readonly timelineEntry: Loader<TimelineEntry>;
  readonly discount: Loader<DiscountCode>;
  readonly line: Loader<OrderLine>;
  readonly linesOfOrder: ListLoader<OrderLine>;
}

export const createLoaders = ({
  carts,
  discounts,
  orders,
  payments,
  pricedItems,
  sellerOrders,
  timeline,
}: Stores): Loaders => ({
  order: createLoader(orders.findMany, ({ id }) => id),
  orderByNumber: createLoader(orders.findManyByNumber, ({ number }) => number),
  cart: createLoader(carts.findMany, ({ id }) => id),
  cartOfOwner: createLoader(carts.findOwn, ({ ownerId }) => ownerId as string),
  cartLine: createLoader(carts.findLines, ({ id }) => id),
  pricedItem: createLoader(pricedItems.findMany, ({ variantId }) => variantId),
  sellerOrder: createLoader(sellerOrders.findMany, ({ id }) => id),
  sellerOrdersOfOrder: createListLoader(sellerOrders.ofOrders, ({ orderId }) => orderId),
  linesOfSellerOrder: createListLoader(sellerOrders.linesOf, ({ sellerOrderId }) => sellerOrderId),
  payment: createLoader(payments.findMany, ({ id }) => id),
  paymentsOfOrder: createListLoader(payments.ofOrders, ({ orderId }) => orderId),
  timelineEntry: createLoader(timeline.findMany, ({ id }) => id),
  discount: createLoader(discounts.findMany, ({ code }) => code),
  line: createLoader(orders.findLines, ({ id }) => id),
  linesOfOrder: createListLoader(orders.linesOf, ({ orderId }) => orderId),
});
