import type { MutationResolvers } from '../__generated__/resolvers.ts';

/** Orders are loaded after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  placeOrder: async (_, { input }, context) => {
    const { orderId, replayed } = await context.useCases.placeOrder(input);
    context.reload();
    return { order: await context.loaders.order.load(orderId), replayed, errors: [] };
  },
  cancelOrder: async (_, input, context) => {
    const { replayed } = await context.useCases.cancelOrder(input);
    context.reload();
    return { order: await context.loaders.order.load(input.id), replayed, errors: [] };
  },
};
