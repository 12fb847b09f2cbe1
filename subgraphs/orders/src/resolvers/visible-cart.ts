import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { mayUseCart } from '../domain/cart/cart.ts';
import { type ShownLine, shownLines } from '../domain/cart/shown-line.ts';
import type { StoredCart } from '../persistence/cart-store.ts';

/** The cart with this id, or without one the viewer's own, when they may use it. */
export async function visibleCart(
  id: string | null | undefined,
  { loaders, viewer }: Context,
): Promise<StoredCart | null> {
  if (id == null) return viewer ? loaders.cartOfOwner.load(viewer.userId) : null;
  const cart = isIdOf('crt', id) ? await loaders.cart.load(id) : null;
  return cart && mayUseCart(cart, viewer?.userId ?? null) ? cart : null;
}

/** Its lines with what our copy of the catalogue says of them now. */
export async function linesOfCart(cart: StoredCart, { loaders }: Context): Promise<ShownLine[]> {
  const items = await Promise.all(
    cart.lines.map(({ variantId }) => loaders.pricedItem.load(variantId)),
  );
  return shownLines(
    cart,
    new Map(items.flatMap((item) => (item ? [[item.variantId, item] as const] : []))),
  );
}
