import { pairId, requireViewer } from '@souk/runtime/domain';
import type { MutationResolvers } from '../__generated__/resolvers.ts';
import type { CreateProductInput } from '../domain/new-product.ts';
import {
  categoryNow,
  memberNow,
  productNow,
  reviewNow,
  sellerNow,
  variantNow,
} from './current-things.ts';

/** Loaders are filled after the commit, so every payload shows what is stored. */
export const Mutation: MutationResolvers = {
  createProduct: async (_, { input }, context) => {
    const { productId, replayed } = await context.useCases.createProduct(
      input as CreateProductInput,
    );
    return { ...(await productNow(productId, context)), replayed, errors: [] };
  },

  updateProduct: async (_, { input }, context) => {
    await context.useCases.updateProduct(input);
    return { ...(await productNow(input.id, context)), errors: [] };
  },

  createVariant: async (_, { input }, context) => {
    const { variantId, replayed } = await context.useCases.createVariant(input);
    return { ...(await variantNow(variantId, context)), replayed, errors: [] };
  },

  updateVariant: async (_, { input }, context) => {
    await context.useCases.updateVariant(input);
    return { ...(await variantNow(input.id, context)), errors: [] };
  },

  adjustInventory: async (_, { input }, context) => {
    const { variantId, movementId, replayed } = await context.useCases.adjustInventory(input);
    const { variant } = await variantNow(variantId, context);
    const movement = await context.loaders.movement.load(movementId);
    return { variant, movement, replayed, errors: [] };
  },

  createSeller: async (_, { input }, context) => {
    const { sellerId, replayed } = await context.useCases.createSeller(input);
    return { ...(await sellerNow(sellerId, context)), replayed, errors: [] };
  },

  updateSeller: async (_, { input }, context) => {
    await context.useCases.updateSeller(input);
    return { ...(await sellerNow(input.id, context)), errors: [] };
  },

  importProducts: async (_, input, context) => {
    const { importId, replayed } = await context.useCases.importProducts(input);
    return { import: await context.loaders.productImport.load(importId), replayed, errors: [] };
  },

  setSellerMember: async (_, member, context) => {
    await context.useCases.setSellerMember(member);
    return { ...(await memberNow(member.sellerId, member.userId, context)), errors: [] };
  },

  acceptSellerMembership: async (_, { sellerId }, context) => {
    await context.useCases.acceptSellerMembership({ sellerId });
    const { userId } = requireViewer(context.viewer);
    return { ...(await memberNow(sellerId, userId, context)), errors: [] };
  },

  removeSellerMember: async (_, { sellerId, userId }, context) => {
    await context.useCases.removeSellerMember({ sellerId, userId });
    const deletedId = pairId('smb', sellerId, userId);
    return { deletedId, ...(await sellerNow(sellerId, context)), errors: [] };
  },

  setSellerStatus: async (_, { sellerId, status, reason }, context) => {
    await context.useCases.setSellerStatus({ sellerId, status, reason });
    return { ...(await sellerNow(sellerId, context)), errors: [] };
  },

  setCommission: async (_, { sellerId, categoryId, basisPoints }, context) => {
    await context.useCases.setCommission({ sellerId, categoryId, basisPoints });
    return { ...(await sellerNow(sellerId, context)), errors: [] };
  },

  archiveProduct: async (_, { productId, expectedVersion }, context) => {
    await context.useCases.archiveProduct({ productId, expectedVersion });
    return { ...(await productNow(productId, context)), errors: [] };
  },

  deleteProduct: async (_, { productId, expectedVersion }, context) => {
    await context.useCases.deleteProduct({ productId, expectedVersion });
    return { deletedId: productId, errors: [] };
  },

  deleteVariant: async (_, { variantId, expectedVersion }, context) => {
    const productId = await context.useCases.deleteVariant({ variantId, expectedVersion });
    return { deletedId: variantId, ...(await productNow(productId, context)), errors: [] };
  },

  deleteCategory: async (_, { categoryId }, context) => {
    await context.useCases.deleteCategory({ categoryId });
    return { deletedId: categoryId, errors: [] };
  },

  createReview: async (_, { input }, context) => {
    const { reviewId, replayed } = await context.useCases.createReview(input);
    return { ...(await reviewNow(reviewId, context)), replayed, errors: [] };
  },

  updateReview: async (_, { input }, context) => {
    await context.useCases.updateReview(input);
    return { ...(await reviewNow(input.id, context)), errors: [] };
  },

  deleteReview: async (_, { reviewId }, context) => {
    const productId = await context.useCases.deleteReview({ reviewId });
    return { deletedId: reviewId, ...(await productNow(productId, context)), errors: [] };
  },

  answerReview: async (_, { reviewId, text }, context) => {
    await context.useCases.answerReview({ reviewId, text });
    return { ...(await reviewNow(reviewId, context)), errors: [] };
  },

  reportReview: async (_, { reviewId, reason, note }, context) => {
    await context.useCases.reportReview({ reviewId, reason, note });
    return { ...(await reviewNow(reviewId, context)), errors: [] };
  },

  setReviewHidden: async (_, { reviewId, on, reason }, context) => {
    await context.useCases.setReviewHidden({ reviewId, on, reason });
    return { ...(await reviewNow(reviewId, context)), errors: [] };
  },

  createCategory: async (_, { input }, context) => {
    const { categoryId, replayed } = await context.useCases.createCategory(input);
    return { ...(await categoryNow(categoryId, context)), replayed, errors: [] };
  },

  updateCategory: async (_, { input }, context) => {
    await context.useCases.updateCategory(input);
    return { ...(await categoryNow(input.id, context)), errors: [] };
  },
};
