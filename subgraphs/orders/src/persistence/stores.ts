import { createQuotas, type Quotas } from '@souk/runtime/persistence';
import { type CartStore, createCartStore } from './cart-store.ts';
import type { Db } from './client.ts';
import { createOrderStore, type OrderStore } from './order-store.ts';
import { createPricedItemStore, type PricedItemStore } from './priced-item-store.ts';

export interface Stores {
  readonly carts: CartStore;
  readonly orders: OrderStore;
  readonly pricedItems: PricedItemStore;
  readonly quotas: Quotas;
}

export const storesOn = (db: Db): Stores => ({
  carts: createCartStore(db),
  orders: createOrderStore(db),
  pricedItems: createPricedItemStore(db),
  quotas: createQuotas(db),
});
