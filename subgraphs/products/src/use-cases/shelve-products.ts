import { sellerStream, type TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** So many products are put elsewhere in one transaction. */
const BATCH = 500;

/**
 * Puts a seller's products on the shelves where they belong by its status, and off those where they do
 * not: some at once, the rest by events, a transaction each. Lists follow the status in this way; what is
 * sold does not wait for it, since each reservation looks at the seller.
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
