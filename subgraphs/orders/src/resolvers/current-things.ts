import type { CurrentThings } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { visibleOrder } from './visible.ts';
import { visibleCart } from './visible-cart.ts';

/** The order as it is stored by now. */
export async function orderNow(id: string, context: Context) {
  context.reload();
  return { order: await visibleOrder({ id }, context) };
}

/** The cart as it is stored by now. */
export async function cartNow(id: string | null | undefined, context: Context) {
  context.reload();
  return { cart: await visibleCart(id, context) };
}

/** What a step that met a conflict shows: how the order is. */
export const current: CurrentThings = {
  setCartLines: ({ cartId }: { cartId?: string | null }, context: Context) =>
    cartNow(cartId, context),
  mergeCart: (_, context: Context) => cartNow(null, context),
  cancelOrder: ({ orderId }: { orderId: string }, context: Context) => orderNow(orderId, context),
};
