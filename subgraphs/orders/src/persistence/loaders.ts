import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { CartLine } from '../domain/cart/cart.ts';
import type { OrderLine } from '../domain/order.ts';
import type { PricedItem } from '../domain/priced-item.ts';
import type { StoredCart } from './cart-store.ts';
import type { StoredOrder } from './order-store.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly order: Loader<StoredOrder>;
  readonly orderByNumber: Loader<StoredOrder>;
  readonly cart: Loader<StoredCart>;
  readonly cartOfOwner: Loader<StoredCart>;
  readonly cartLine: Loader<CartLine>;
  readonly pricedItem: Loader<PricedItem>;
  readonly line: Loader<OrderLine>;
  readonly linesOfOrder: ListLoader<OrderLine>;
}

export const createLoaders = ({ carts, orders, pricedItems }: Stores): Loaders => ({
  order: createLoader(orders.findMany, ({ id }) => id),
  orderByNumber: createLoader(orders.findManyByNumber, ({ number }) => number),
  cart: createLoader(carts.findMany, ({ id }) => id),
  cartOfOwner: createLoader(carts.findOwn, ({ ownerId }) => ownerId as string),
  cartLine: createLoader(carts.findLines, ({ id }) => id),
  pricedItem: createLoader(pricedItems.findMany, ({ variantId }) => variantId),
  line: createLoader(orders.findLines, ({ id }) => id),
  linesOfOrder: createListLoader(orders.linesOf, ({ orderId }) => orderId),
});
