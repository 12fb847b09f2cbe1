import type { Clock, Consumer, TransactionTools } from '@souk/runtime';
import type { Stores } from '../persistence/stores.ts';
import { catalogueConsumers } from './copy-catalogue.ts';
import { stockConsumers } from './settle-reservation.ts';

export type ConsumerStores = Stores & TransactionTools;

/** What orders do about events of others. */
export const createConsumers = (clock: Clock): Consumer<ConsumerStores>[] => [
  ...catalogueConsumers,
  ...stockConsumers(clock),
];
