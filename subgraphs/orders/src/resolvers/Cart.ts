import { type Money, moneyOf } from '@souk/runtime/domain';
import { cartStream } from '@souk/runtime/events';
import type { CartResolvers } from '../__generated__/resolvers.ts';
import { wordsOfNotice } from '../domain/cart/cart.ts';
import { itemCountOf } from '../domain/cart/shown-line.ts';
import { quotedCart, visibleCart } from './visible-cart.ts';

export const Cart: CartResolvers = {
  /** A guest's cart is found only in `Query.cart` with its id: no list and no node reveals it. */
  __resolveReference: async ({ id }, context) => {
    const cart = await visibleCart(id, context);
    return cart?.ownerId == null ? null : cart;
  },
  owner: ({ ownerId }) => (ownerId === null ? null : { id: ownerId }),
  lines: async (cart, _, context) => (await quotedCart(cart, context)).lines,
  itemCount: ({ lines }) => itemCountOf(lines),
  subtotal: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return moneyOf(quote.subtotalMinor, cart.currency);
  },
  discount: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return moneyOf(quote.discountMinor, cart.currency);
  },
  shipping: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return whenComplete(quote, quote.shippingMinor);
  },
  tax: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return whenComplete(quote, quote.taxMinor);
  },
  taxIncluded: (_, __, { services }) => services.config.priceTables.tax.included,
  total: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return whenComplete(quote, quote.totalMinor);
  },
  discountCodes: async (cart, _, context) => {
    const { quote } = await quotedCart(cart, context);
    return quote.discounts.map(({ code, amountMinor, reason }) => ({
      code,
      amount: moneyOf(amountMinor, cart.currency),
      applicable: reason === null,
      reason,
    }));
  },
  deliveries: async (cart, _, context) => {
    const { quote, lines } = await quotedCart(cart, context);
    return quote.parts.map((part) => ({ ...part, currency: cart.currency, all: lines }));
  },
  paymentMethods: ({ currency }, _, { services }) => services.payments.methods(currency),
  missing: async (cart, _, context) => (await quotedCart(cart, context)).missing,
  notices: async (cart, _, context) => {
    const { lines } = await quotedCart(cart, context);
    return cart.notices.map((notice) => ({
      ...notice,
      message: wordsOfNotice(notice),
      line: lines.find(({ variantId }) => variantId === notice.variantId) ?? null,
    }));
  },
  head: ({ key, headSequence }, _, { live }) => live.cursorAt(cartStream(key), headSequence),
};

/** Unknown prices are null rather than zero. */
const whenComplete = (
  { isComplete, currency }: { isComplete: boolean; currency: string },
  amountMinor: number,
): Money | null => (isComplete ? moneyOf(amountMinor, currency) : null);
