import type { Viewer } from '@souk/runtime/domain';
import { lockCart } from '../cart/cart-of.ts';
import { assertCartVersion, saveCart } from '../cart/change-cart.ts';
import type { OrdersDeps } from '../deps.ts';

export interface ConfirmCartPricesInput {
  cartId?: string | null;
  cartVersion: number;
}

/** The owner of a cart accepts the current prices of its lines. */
export async function confirmCartPrices(
  { transaction, clock, config }: OrdersDeps,
  viewer: Viewer | null,
  { cartId, cartVersion }: ConfirmCartPricesInput,
): Promise<{ cartId: string }> {
  return transaction(async (stores) => {
    const now = clock();
    const cart = await lockCart(stores, viewer, { cartId, currency: config.defaultCurrency, now });
    assertCartVersion(cart, cartVersion, ['cartVersion']);
    const items = await stores.pricedItems.findMany(cart.lines.map(({ variantId }) => variantId));
    let isNew = false;
    const lines = cart.lines.map((line) => {
      const item = items.find(({ variantId }) => variantId === line.variantId);
      if (!item || item.currency !== line.currency || item.priceMinor === line.unitPriceMinor) {
        return line;
      }
      isNew = true;
      return { ...line, title: item.title, unitPriceMinor: item.priceMinor };
    });
    if (isNew) await saveCart(stores, cart, { lines }, now);
    return { cartId: cart.id };
  });
}
