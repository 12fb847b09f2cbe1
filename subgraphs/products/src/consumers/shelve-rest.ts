import { defineConsumer, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';
import { shelveProductsOf } from '../use-cases/shelve-products.ts';

/** Continues where the last transaction ended; a product that is already in its place stays there. */
export const shelveRest = defineConsumer<Stores & TransactionTools>()({
  name: 'shelve-rest-of-seller',
  consumes: 'products.SellerReshelved',
  handle: ({ event: { sellerId, upTo } }, stores) => shelveProductsOf(stores, sellerId, upTo),
});
