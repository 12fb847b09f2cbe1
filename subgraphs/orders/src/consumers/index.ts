import type { Clock, NewId } from '@souk/runtime/domain';
import type { Consumer, TransactionTools } from '@souk/runtime/events';
import type { OrdersConfig } from '../config.ts';
import type { Stores } from '../persistence/stores.ts';
import { catalogueConsumers } from './copy-catalogue.ts';
import { copyCategories } from './copy-categories.ts';
import { sellerConsumers } from './copy-sellers.ts';
import { stockConsumers } from './settle-reservation.ts';
import { staffConsumers } from './tell-staff.ts';

export type ConsumerStores = Stores & TransactionTools;

/** The reactions of orders to events of others, and to its own. */
export const createConsumers = (deps: {
  clock: Clock;
  config: OrdersConfig;
  newId: NewId;
}): Consumer<ConsumerStores>[] => [
  ...catalogueConsumers(deps),
  ...sellerConsumers(deps),
  copyCategories,
  ...stockConsumers(deps),
  ...staffConsumers,
];
