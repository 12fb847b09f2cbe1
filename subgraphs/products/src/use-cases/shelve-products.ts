import { sellerStream, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** How many products are moved in one transaction. */
const BATCH = 500;

/**
 * Puts a seller's products on the right shelves for its status, and removes them from others: some at once,
 * the rest by events, one transaction each. Only lists follow the status in this way; sales do not depend on
 * it, since each reservation checks the seller.
 */
export async function shelveProductsOf(
  { sellers, events }: Stores & Pick<TransactionTools, 'events'>,
  sellerId: string,
  after: string,
): Promise<void> {
  const last = await sellers.shelveNext(sellerId, after, BATCH);
  if (last === null) return;
  await events.append({
    type: 'products.SellerReshelved',
    stream: sellerStream(sellerId),
    payload: { sellerId, upTo: last },
  });
}
