import type { Clock, NewId } from '@souk/runtime/domain';
import { type Consumer, defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import { fulfilStock } from '../use-cases/fulfil-stock.ts';
import { releaseStock, reserveStock } from '../use-cases/reserve-stock.ts';
import { copyMedia, forgetMedia } from './copy-media.ts';
import { peopleConsumers } from './copy-people.ts';
import { copyPurchase } from './copy-purchases.ts';
import { suspensionConsumers } from './copy-suspensions.ts';
import { shelveRest } from './shelve-rest.ts';

type ConsumerStores = Stores & TransactionTools;

export interface ConsumerDeps {
  clock: Clock;
  newId: NewId;
}

/**
 * The reactions of products to events of others. An order moves stock through one claim, so repeats do
 * nothing.
 */
export const createConsumers = ({ clock, newId }: ConsumerDeps): Consumer<ConsumerStores>[] => [
  defineConsumer<ConsumerStores>()({
    name: 'reserve-stock-for-placed-order',
    consumes: 'orders.OrderPlaced',
    handle: ({ event }, stores) => reserveStock(stores, event, { now: clock(), newId }),
  }),
  defineConsumer<ConsumerStores>()({
    name: 'release-stock-of-cancelled-order',
    consumes: 'orders.OrderCancelled',
    handle: ({ event }, stores) => releaseStock(stores, event, { now: clock(), newId }),
  }),
  defineConsumer<ConsumerStores>()({
    name: 'move-stock-of-fulfilled-order',
    consumes: 'orders.FulfilmentChanged',
    handle: ({ event }, stores) => fulfilStock(stores, event, { now: clock(), newId }),
  }),
  ...peopleConsumers({ clock }),
  copyPurchase({ clock }),
  ...suspensionConsumers,
  shelveRest,
  copyMedia,
  forgetMedia,
];
