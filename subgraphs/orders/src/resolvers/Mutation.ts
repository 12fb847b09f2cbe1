import type { MutationResolvers } from '../__generated__/resolvers.ts';
import { cartNow, orderNow } from './current-things.ts';

/** Carts and orders are loaded after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  createCart: async (_, input, context) => {
    const { cartId, replayed } = await context.useCases.createCart(context.viewer, input);
    return { ...(await cartNow(cartId, context)), replayed, errors: [] };
  },
  setCartLines: async (_, input, context) => {
    const { cartId } = await context.useCases.setCartLines(context.viewer, input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  clearCart: async (_, input, context) => {
    const { cartId } = await context.useCases.clearCart(context.viewer, input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  mergeCart: async (_, input, context) => {
    const { cartId } = await context.useCases.mergeCart(input);
    return { ...(await cartNow(cartId, context)), errors: [] };
  },
  placeOrder: async (_, { input }, context) => {
    const { orderId, replayed } = await context.useCases.placeOrder(input);
    return { ...(await orderNow(orderId, context)), replayed, errors: [] };
  },
  cancelOrder: async (_, input, context) => {
    const { replayed } = await context.useCases.cancelOrder(input);
    return { ...(await orderNow(input.orderId, context)), replayed, errors: [] };
  },
};
