import type { Order } from '../domain/order.ts';
import type { StepTools } from './change-status.ts';
import { partStreams } from './selling/change-parts.ts';

type Locked = Pick<Order, 'id' | 'currency'>;

/*
 * The order of locks everywhere, so that no two transactions wait for each other in a circle: the order, the
 * counts of limits, streams, discount codes, the accounts of sellers, counts of sales.
 */

/**
 * Locks the streams of a locked order and its parts before the first event: each append locks only its own
 * stream, and two orders with the same buyer and seller would wait for each other.
 */
export async function lockStreamsOf(stores: StepTools, { id }: Locked): Promise<string[]> {
  const parts = await stores.sellerOrders.ofOrders([id]);
  const streams = parts.flatMap((part) => {
    const { stream, alsoIn } = partStreams(part);
    return [stream, ...alsoIn];
  });
  await stores.events.lock([...new Set(streams)]);
  return parts.map(({ sellerId }) => sellerId);
}

/**
 * Locks an order's streams, then its sellers' accounts if their money will move, in the same order
 * everywhere.
 */
export async function lockBooksOf(stores: StepTools, order: Locked): Promise<void> {
  const sellerIds = await lockStreamsOf(stores, order);
  await stores.ledger.lockAccounts(sellerIds, order.currency);
}
