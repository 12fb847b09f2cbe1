import { defineConsumer } from '@souk/runtime/events';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

/** News of one seller share a stream, so their sequence tells the newer from the older. */
export const sellerConsumers = [
  define({
    name: 'copy-new-seller',
    consumes: 'products.SellerCreated',
    handle: ({ event, sequence }, { sellers }) => sellers.apply(event, sequence),
  }),
  define({
    name: 'copy-changed-seller',
    consumes: 'products.SellerUpdated',
    handle: ({ event, sequence }, { sellers }) => sellers.apply(event, sequence),
  }),
];
