import { cartStream } from '@souk/runtime/events';
import type { OrdersTransaction } from '../deps.ts';

/** Nobody looks at a cart for longer without touching it; and a hot product is in very many. */
const LOOKED_AT_MS = 24 * 3_600_000;
const MOST_CARTS = 200;

/** Announces to the followers of carts that something in them changed: of those touched last, within a day. */
export async function announceToCarts(
  { carts, events }: Pick<OrdersTransaction, 'carts' | 'events'>,
  variantIds: readonly string[],
  now: Date,
): Promise<void> {
  const since = new Date(now.getTime() - LOOKED_AT_MS);
  const holding = await carts.holding(variantIds, since, MOST_CARTS);
  if (holding.length === 0) return;
  await events.appendAll(
    holding.map(({ key, version }) => ({
      type: 'orders.CartChanged',
      stream: cartStream(key),
      payload: { cartKey: key, version },
    })),
  );
}
