import { defineConsumer } from '@souk/runtime/events';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

/**
 * News of one product share a stream, so their sequence tells the newer from the older: whatever
 * comes late or twice changes nothing.
 */
export const catalogueConsumers = [
  define({
    name: 'copy-new-product',
    consumes: 'products.ProductCreated',
    handle: ({ event, sequence }, { pricedItems }) => pricedItems.applyProduct(event, sequence),
  }),
  define({
    name: 'copy-changed-product',
    consumes: 'products.ProductUpdated',
    handle: ({ event, sequence }, { pricedItems }) => pricedItems.applyProduct(event, sequence),
  }),
  define({
    name: 'copy-changed-stock',
    consumes: 'products.InventoryUpdated',
    handle: ({ event, sequence }, { pricedItems }) => {
      const { variantId, productId, available, policy } = event;
      const limit = policy === 'CONTINUE' ? null : available;
      return pricedItems.applyStock({ variantId, productId, available: limit }, sequence);
    },
  }),
];
