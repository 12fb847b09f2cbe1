import { moneyOf } from '@souk/runtime/domain';
import { cartStream } from '@souk/runtime/events';
import type { CartResolvers } from '../__generated__/resolvers.ts';
import { itemCountOf, subtotalOf } from '../domain/cart/shown-line.ts';
import { linesOfCart, visibleCart } from './visible-cart.ts';

export const Cart: CartResolvers = {
  /** A guest's is found by whoever has its id in `Query.cart` alone: no list and no node gives it away. */
  __resolveReference: async ({ id }, context) => {
    const cart = await visibleCart(id, context);
    return cart?.ownerId == null ? null : cart;
  },
  owner: ({ ownerId }) => (ownerId === null ? null : { id: ownerId }),
  lines: (cart, _, context) => linesOfCart(cart, context),
  itemCount: ({ lines }) => itemCountOf(lines),
  subtotal: async (cart, _, context) =>
    moneyOf(subtotalOf(await linesOfCart(cart, context)), cart.currency),
  notices: async (cart, _, context) => {
    const lines = await linesOfCart(cart, context);
    return cart.notices.map((notice) => ({
      ...notice,
      line: lines.find(({ variantId }) => variantId === notice.variantId) ?? null,
    }));
  },
  head: ({ key, headSequence }, _, { live }) => live.cursorAt(cartStream(key), headSequence),
};
