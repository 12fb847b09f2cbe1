import { cartStream } from '@souk/runtime/events';
import type { Cart } from '../../domain/cart/cart.ts';
import { cartChanged } from '../../domain/errors.ts';
import type { OrdersTransaction } from '../deps.ts';

/** Refuses a change that was based on an earlier state of the cart. */
export function assertCartVersion(
  cart: Pick<Cart, 'version'>,
  expected: number | null | undefined,
  path: readonly string[],
): void {
  if (expected != null && expected !== cart.version) throw cartChanged(cart.version, path);
}

/** Writes the new state of a locked cart and notifies its subscribers. */
export async function saveCart(
  { carts, events }: Pick<OrdersTransaction, 'carts' | 'events'>,
  before: Cart,
  changes: Partial<Cart>,
  now: Date,
): Promise<void> {
  const cart = { ...before, ...changes, version: before.version + 1, updatedAt: now };
  await carts.save(cart);
  await events.append({
    type: 'orders.CartChanged',
    stream: cartStream(cart.key),
    payload: { cartKey: cart.key, version: cart.version },
  });
}
