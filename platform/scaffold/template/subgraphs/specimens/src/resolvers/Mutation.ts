import type { MutationResolvers } from '../__generated__/resolvers.ts';

export const Mutation: MutationResolvers = {
  createSpecimen: async (_, { input }, context) => {
    const id = await context.useCases.createSpecimen(input);
    context.reload();
    return { specimen: await context.loaders.specimen.load(id), errors: [] };
  },
};
