import { digestOf, isIdOf, newSecretId, unauthenticated, type Viewer } from '@souk/runtime/domain';
import { type Cart, mayUseCart } from '../../domain/cart/cart.ts';
import { cartNotFound } from '../../domain/errors.ts';
import type { OrdersTransaction } from '../deps.ts';

/** An empty cart. */
export function emptyCart(ownerId: string | null, currency: string, now: Date): Cart {
  const id = newSecretId('crt');
  return {
    id,
    ownerId,
    // The key of a guest's cart in streams and events, which must not contain its id.
    key: ownerId ?? digestOf(id),
    currency,
    email: null,
    shippingAddress: null,
    billingAddress: null,
    note: null,
    discountCodes: [],
    deliveries: {},
    notices: [],
    mergedInto: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    lines: [],
  };
}

/**
 * Locks a cart: the one with this id or, without an id, the viewer's own, which is created at its first use.
 */
export async function lockCart(
  { carts }: Pick<OrdersTransaction, 'carts'>,
  viewer: Viewer | null,
  { cartId, currency, now }: { cartId: string | null | undefined; currency: string; now: Date },
  path: readonly string[] = ['cartId'],
): Promise<Cart> {
  if (cartId == null) {
    if (!viewer) throw unauthenticated();
    return lockOwnCart({ carts }, viewer.userId, currency, now);
  }
  const cart = isIdOf('crt', cartId) ? await carts.lock(cartId) : null;
  if (!cart || !mayUseCart(cart, viewer?.userId ?? null)) throw cartNotFound(path);
  return cart;
}

export async function lockOwnCart(
  { carts }: Pick<OrdersTransaction, 'carts'>,
  ownerId: string,
  currency: string,
  now: Date,
): Promise<Cart> {
  const known = await carts.lockOwn(ownerId);
  if (known) return known;
  await carts.insert(emptyCart(ownerId, currency, now));
  // Of two concurrent first uses the second one finds the cart of the first.
  const cart = await carts.lockOwn(ownerId);
  if (!cart) throw new Error(`The cart of ${ownerId} was not there after it was made.`);
  return cart;
}
