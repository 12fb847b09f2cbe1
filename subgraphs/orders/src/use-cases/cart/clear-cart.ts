import type { Viewer } from '@souk/runtime/domain';
import type { OrdersDeps } from '../deps.ts';
import { lockCart } from './cart-of.ts';
import { saveCart } from './change-cart.ts';

/** Removes everything from a cart; an empty one stays unchanged. */
export async function clearCart(
  { transaction, clock, config }: OrdersDeps,
  viewer: Viewer | null,
  { cartId }: { cartId?: string | null },
): Promise<{ cartId: string }> {
  return transaction(async (stores) => {
    const now = clock();
    const cart = await lockCart(stores, viewer, { cartId, currency: config.defaultCurrency, now });
    if (cart.lines.length + cart.notices.length > 0) {
      await saveCart(stores, cart, { lines: [], notices: [] }, now);
    }
    return { cartId: cart.id };
  });
}
