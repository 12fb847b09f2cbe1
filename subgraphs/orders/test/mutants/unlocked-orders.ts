import { replaceStores } from '@souk/runtime/persistence';
import type { OrdersDeps } from '../../src/use-cases/deps.ts';

/** Looks at an order without locking it: of two steps at once, each believes to be the first. */
export const unlockedOrders =
  (transaction: OrdersDeps['transaction']): OrdersDeps['transaction'] =>
  (work) =>
    transaction((stores) =>
      work(
        replaceStores(stores, {
          orders: {
            ...stores.orders,
            lock: async (id) => (await stores.orders.findMany([id]))[0] ?? null,
          },
        }),
      ),
    );
