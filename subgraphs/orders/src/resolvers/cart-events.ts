import { requireViewer } from '@souk/runtime/domain';
import { cartStream } from '@souk/runtime/events';
import type { FollowedStream } from '@souk/runtime/subgraph';
import type { Context } from '../context.ts';
import { cartNotFound } from '../domain/errors.ts';
import type { CartChangedModel } from './models.ts';
import { visibleCart } from './visible-cart.ts';

/** The stream of a guest's cart or, without an id, of the viewer's own, which may be created later. */
export async function cartEvents(
  cartId: string | null | undefined,
  context: Context,
): Promise<FollowedStream<CartChangedModel>> {
  const cart = await visibleCart(cartId, context);
  if (cartId != null && !cart) throw cartNotFound(['cartId']);
  const key = cart?.key ?? requireViewer(context.viewer).userId;
  // Before anything is read: from now on, changes of the catalogue are announced.
  const onOver = await context.services.followedCarts.follow(key);
  return {
    stream: cartStream(key),
    onOver,
    show: async ({ type }, place) => {
      if (type !== 'orders.CartChanged') return null;
      const now = await visibleCart(cartId, context);
      return now && { __typename: 'CartChanged', ...place, cart: now };
    },
  };
}
