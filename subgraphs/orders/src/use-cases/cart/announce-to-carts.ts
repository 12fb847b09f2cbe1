import { cartStream } from '@souk/runtime/events';
import type { Goods } from '../../persistence/followed-cart-store.ts';
import type { OrdersTransaction } from '../deps.ts';

/** Carts in one transaction. */
const AT_ONCE = 200;

/**
 * Announces a change to the followed carts that contain something affected, however many contain it; all
 * others show it when they are opened. Resolves to where the next part begins.
 */
export async function announceToCarts(
  { followedCarts, events }: Pick<OrdersTransaction, 'followedCarts' | 'events'>,
  goods: Goods,
  { at, from = '' }: { at: Date; from?: string | undefined },
): Promise<string | undefined> {
  const page = { at, after: from, limit: AT_ONCE };
  const holding = await followedCarts.holding(goods, page);
  if (holding.length === 0) return undefined;
  await events.appendAll(
    holding.map(({ key, version }) => ({
      type: 'orders.CartChanged',
      stream: cartStream(key),
      payload: { cartKey: key, version },
    })),
  );
  return holding.length < AT_ONCE ? undefined : holding.at(-1)?.key;
}
