import type { Clock } from '@souk/runtime/domain';
import { defineConsumer } from '@souk/runtime/events';
import { announceToCarts } from '../use-cases/cart/announce-to-carts.ts';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

const variantsOf = ({ variants }: { variants: readonly { variantId: string }[] }) =>
  variants.map(({ variantId }) => variantId);

/**
 * News of one product share a stream, so their sequence distinguishes newer from older ones: late or repeated
 * news change nothing.
 */
export const catalogueConsumers = ({ clock }: { clock: Clock }) => [
  define({
    name: 'copy-new-product',
    consumes: 'products.ProductCreated',
    handle: ({ event, sequence }, { pricedItems }) => pricedItems.applyProduct(event, sequence),
  }),
  define({
    name: 'copy-changed-product',
    consumes: 'products.ProductUpdated',
    handle: async ({ event, sequence }, stores, from) => {
      if (from === undefined) await stores.pricedItems.applyProduct(event, sequence);
      return announceToCarts(stores, { variantIds: variantsOf(event) }, { at: clock(), from });
    },
  }),
  define({
    name: 'forget-deleted-product',
    consumes: 'products.ProductDeleted',
    handle: ({ event, sequence }, { pricedItems }) =>
      pricedItems.removeProduct(event.productId, sequence),
  }),
  define({
    name: 'copy-changed-stock',
    consumes: 'products.InventoryUpdated',
    handle: async ({ event, sequence }, stores, from) => {
      const { variantId, productId, available, policy } = event;
      const limit = policy === 'CONTINUE' ? null : available;
      const stock = { variantId, productId, available: limit };
      if (from === undefined) await stores.pricedItems.applyStock(stock, sequence);
      // Most news change nothing that shoppers see; followers of carts are only told of the others.
      if (event.availability === event.previousAvailability) return undefined;
      return announceToCarts(stores, { variantIds: [variantId] }, { at: clock(), from });
    },
  }),
];
