import { isIdOf } from '@souk/runtime/domain';
import type { Context } from '../context.ts';
import { mayUseCart } from '../domain/cart/cart.ts';
import type { StoredCart } from '../persistence/cart-store.ts';
import { type QuotedCart, quoteCart } from '../use-cases/checkout/quote-cart.ts';

/** The cart with this id or, without one, the viewer's own, if they may use it. */
export async function visibleCart(
  id: string | null | undefined,
  { loaders, viewer }: Context,
): Promise<StoredCart | null> {
  if (id == null) return viewer ? loaders.cartOfOwner.load(viewer.userId) : null;
  const cart = isIdOf('crt', id) ? await loaders.cart.load(id) : null;
  return cart && mayUseCart(cart, viewer?.userId ?? null) ? cart : null;
}

/** There is one quote for each loaded cart, however many of its fields are selected. */
const quotes = new WeakMap<StoredCart, Promise<QuotedCart>>();

/**
 * A cart with what our copy of the catalogue currently says about its lines, and the price of ordering it.
 */
export function quotedCart(cart: StoredCart, context: Context): Promise<QuotedCart> {
  const known = quotes.get(cart) ?? quoted(cart, context);
  quotes.set(cart, known);
  return known;
}

async function quoted(
  cart: StoredCart,
  { loaders, services }: Pick<Context, 'loaders' | 'services'>,
): Promise<QuotedCart> {
  const [items, discounts] = await Promise.all([
    Promise.all(cart.lines.map(({ variantId }) => loaders.pricedItem.load(variantId))),
    Promise.all(cart.discountCodes.map((code) => loaders.discount.load(code))),
  ]);
  const sellers = await Promise.all(
    [...new Set(items.flatMap((item) => item?.sellerId ?? []))].map((id) =>
      loaders.seller.load(id),
    ),
  );
  const known = items.flatMap((item) => (item ? [[item.variantId, item] as const] : []));
  return quoteCart(
    cart,
    {
      items: new Map(known),
      discounts: discounts.flatMap((discount) => discount ?? []),
      sellers: new Map(sellers.flatMap((seller) => (seller ? [[seller.id, seller] as const] : []))),
      // The commission is not shown.
      tree: new Map(),
    },
    services.config.priceTables,
    services.clock(),
  );
}
