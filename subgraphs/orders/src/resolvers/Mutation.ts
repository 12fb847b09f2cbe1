import type { MutationResolvers } from '../__generated__/resolvers.ts';
import { orderNow } from './current-things.ts';

/** Orders are loaded after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  placeOrder: async (_, { input }, context) => {
    const { orderId, replayed } = await context.useCases.placeOrder(input);
    return { ...(await orderNow(orderId, context)), replayed, errors: [] };
  },
  cancelOrder: async (_, input, context) => {
    const { replayed } = await context.useCases.cancelOrder(input);
    return { ...(await orderNow(input.orderId, context)), replayed, errors: [] };
  },
};
