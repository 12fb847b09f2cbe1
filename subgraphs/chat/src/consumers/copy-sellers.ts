import type { PayloadOf, TransactionTools } from '@souk/runtime/events';
import { helpersOf } from '../domain/seller-help.ts';
import type { Stores } from '../persistence/stores.ts';
import { handBack } from '../use-cases/hand-back-support.ts';
import { chatConsumer } from './define-consumer.ts';

/** Parts of orders are their buyers’ to ask about from when their sellers have them; a guest has no account to ask by. */
const rememberPart = async (
  { event }: { event: PayloadOf<'orders.SellerOrderReceived'> },
  { sellers }: Pick<Stores, 'sellers'>,
): Promise<void> => {
  const { sellerOrderId: id, buyerId, sellerId } = event;
  if (buyerId !== null) await sellers.rememberPart({ id, buyerId, sellerId });
};

export const copyReceivedPart = chatConsumer({
  name: 'copy-received-part',
  consumes: 'orders.SellerOrderReceived',
  handle: rememberPart,
});

/** What sellers received before chat heard of it is announced once. */
export const copyEarlierPart = chatConsumer({
  name: 'copy-earlier-part',
  consumes: 'orders.SellerOrderAnnounced',
  handle: rememberPart,
});

interface News {
  event: PayloadOf<'products.SellerCreated'>;
  sequence: number;
  occurredAt: Date;
}

/**
 * Who answers for a seller: each event says all of it, so the newest is all there is to know. Who does so no more hands
 * back what they took over, and their streams of it end.
 */
async function keepSeller(
  { event, sequence, occurredAt: at }: News,
  stores: Stores & TransactionTools,
  from: string | undefined,
): Promise<string | undefined> {
  const { sellerId, status } = event;
  const former =
    from === undefined
      ? await stores.sellers.keep({ id: sellerId, status, helperIds: helpersOf(event) }, sequence)
      : await stores.sellers.notHelping(sellerId, from.split(','));
  const rest = await handBack(stores, { userIds: former, sellerId, at });
  return rest.length > 0 ? rest.join(',') : undefined;
}

export const copyNewSeller = chatConsumer({
  name: 'copy-new-seller',
  consumes: 'products.SellerCreated',
  handle: keepSeller,
});

export const copyChangedSeller = chatConsumer({
  name: 'copy-changed-seller',
  consumes: 'products.SellerUpdated',
  handle: keepSeller,
});
