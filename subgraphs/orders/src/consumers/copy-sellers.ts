import type { Clock } from '@souk/runtime/domain';
import { defineConsumer } from '@souk/runtime/events';
import { callOffNextUnpaid } from '../use-cases/call-off-unpaid.ts';
import { announceToCarts } from '../use-cases/cart/announce-to-carts.ts';
import type { StepDeps } from '../use-cases/change-status.ts';
import type { ConsumerStores } from './index.ts';

const define = defineConsumer<ConsumerStores>();

/** News of one seller share a stream, so their sequence distinguishes newer from older ones. */
export const sellerConsumers = ({ clock, ...deps }: StepDeps & { clock: Clock }) => [
  define({
    name: 'copy-new-seller',
    consumes: 'products.SellerCreated',
    handle: ({ event, sequence }, { sellers }) => sellers.apply(event, sequence),
  }),
  define({
    name: 'copy-changed-seller',
    consumes: 'products.SellerUpdated',
    handle: async ({ event, sequence }, stores, from) => {
      if (from === undefined) await stores.sellers.apply(event, sequence);
      // The products of a suspended seller no longer count towards the total of any cart.
      if (!event.changed.includes('status')) return undefined;
      return announceToCarts(stores, { sellerId: event.sellerId }, { at: clock(), from });
    },
  }),
  // After the copy, which has the newest that is known of the seller.
  define({
    name: 'call-off-unpaid-of-seller',
    consumes: 'products.SellerUpdated',
    handle: async ({ event }, stores, from = '') => {
      if (!event.changed.includes('status')) return undefined;
      return callOffNextUnpaid(stores, event.sellerId, { after: from, now: clock() }, deps);
    },
    skip: async ({ event }, { sellerOrders }, from = '') =>
      (await sellerOrders.nextWaiting(event.sellerId, from))?.id,
  }),
];
