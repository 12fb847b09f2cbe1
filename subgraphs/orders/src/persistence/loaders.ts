import {
  createListLoader,
  createLoader,
  type ListLoader,
  type Loader,
} from '@souk/runtime/graphql';
import type { OrderLine } from '../domain/order.ts';
import type { StoredOrder } from './order-store.ts';
import type { Stores } from './stores.ts';

export interface Loaders {
  readonly order: Loader<StoredOrder>;
  readonly orderByNumber: Loader<StoredOrder>;
  readonly line: Loader<OrderLine>;
  readonly linesOfOrder: ListLoader<OrderLine>;
}

export const createLoaders = ({ orders }: Stores): Loaders => ({
  order: createLoader(orders.findMany, ({ id }) => id),
  orderByNumber: createLoader(orders.findManyByNumber, ({ number }) => number),
  line: createLoader(orders.findLines, ({ id }) => id),
  linesOfOrder: createListLoader(orders.linesOf, ({ orderId }) => orderId),
});
