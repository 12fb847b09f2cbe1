import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { CreateProductInput } from '../domain/new-product.ts';

/** Loaders are filled after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  createProduct: async (_, { input }, context) => {
    const id = await context.useCases.createProduct(input as CreateProductInput);
    context.reload();
    return { product: await context.loaders.product.load(id), errors: [] };
  },

  updateProduct: async (_, { input }, context) => {
    await context.useCases.updateProduct(input);
    context.reload();
    return { product: await context.loaders.product.load(input.id), errors: [] };
  },

  saveVariant: async (_, { input }, context) => {
    const id = await context.useCases.saveVariant(input);
    context.reload();
    return { variant: await context.loaders.variant.load(id), errors: [] };
  },

  adjustInventory: async (_, { input }, context) => {
    const { variantId, movementId } = await context.useCases.adjustInventory(input);
    context.reload();
    const { loaders } = context;
    const [variant, movement] = await Promise.all([
      loaders.variant.load(variantId),
      loaders.movement.load(movementId),
    ]);
    return { variant, movement, errors: [] };
  },

  saveCategory: async (_, { input }, context) => {
    const id = await context.useCases.saveCategory(input);
    context.reload();
    return { category: await context.loaders.category.load(id), errors: [] };
  },
};
