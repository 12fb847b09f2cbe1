import { isIdOf, moneyOf, timesMinor } from '@souk/runtime/domain';
import type { CartLineResolvers } from '../__generated__/resolvers.ts';
import { quotedCart, visibleCart } from './visible-cart.ts';

export const CartLine: CartLineResolvers = {
  __resolveReference: async ({ id }, context) => {
    const line = isIdOf('cln', id) ? await context.loaders.cartLine.load(id) : null;
    const cart = line && (await visibleCart(line.cartId, context));
    if (cart?.ownerId == null) return null;
    return (await quotedCart(cart, context)).lines.find((each) => each.id === id) ?? null;
  },
  variant: ({ variantId, problem }) => (problem === 'GONE' ? null : { id: variantId }),
  seller: ({ sellerId }) => (sellerId === null ? null : { id: sellerId }),
  unitPrice: ({ priceMinor, priceCurrency }) => moneyOf(priceMinor, priceCurrency),
  previousUnitPrice: ({ previousMinor, currency }) =>
    previousMinor === null ? null : moneyOf(previousMinor, currency),
  total: ({ priceMinor, priceCurrency, quantity }) =>
    moneyOf(timesMinor(priceMinor, quantity), priceCurrency),
};
