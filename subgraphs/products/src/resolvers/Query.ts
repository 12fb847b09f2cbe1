import { assertExactlyOne, badInput, isIdOf, requireViewer } from '@souk/runtime/domain';
import { CATALOG_STREAM } from '@souk/runtime/events';
import { operationSelects } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import type { Category } from '../domain/category.ts';
import { variantNotFound } from '../domain/errors.ts';
import { checkedCriteria } from '../domain/listing.ts';
import { mayReadLedger } from '../domain/permissions.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { categoryList } from './category-list.ts';
import { movementList } from './movement-list.ts';
import { productList } from './product-list.ts';
import { reportedReviews } from './review-list.ts';
import { sellerList } from './seller-list.ts';
import { visibleProduct, visibleSeller, visibleVariant } from './visible.ts';

const MAX_SUGGESTIONS = 10;

export const Query: QueryResolvers = {
  product: async (_, { id, slug }, context, info) => {
    assertExactlyOne({ id, slug });
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return visibleProduct({ id, slug }, context);
  },

  products: async (_, { query, filter, ...args }, context, info) => {
    const criteria = checkedCriteria(query, filter);
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return productList({ criteria, ...args }, context);
  },

  variant: async (_, { id }, context, info) => {
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return visibleVariant({ id }, context);
  },

  category: (_, { id, slug }, { loaders }) => {
    assertExactlyOne({ id, slug });
    if (id != null) return isIdOf('cat', id) ? loaders.category.load(id) : null;
    return categoryCalled(String(slug), loaders);
  },

  categories: (_, { parentId, ...args }, context) => {
    if (parentId != null && !isIdOf('cat', parentId)) {
      throw badInput('This id belongs to something else.', ['parentId']);
    }
    return categoryList({ parentId: parentId ?? null, ...args }, context);
  },

  seller: (_, { id, handle }, context) => {
    assertExactlyOne({ id, handle });
    return visibleSeller({ id, handle }, context);
  },

  sellers: (_, args, context) => sellerList(args, context),

  reportedReviews: (_, args, context) => reportedReviews(args, context),

  productSuggestions: (_, { prefix }, { stores }) =>
    stores.words.titlesFrom(prefix, MAX_SUGGESTIONS),

  catalogHead: (_, __, { headOf }) => headOf(CATALOG_STREAM),

  stockMovements: async (_, { variantId, first, after }, context) => {
    const { loaders } = context;
    requireViewer(context.viewer);
    const variant = await visibleVariant({ id: variantId }, context);
    const product = variant && (await loaders.product.load(variant.productId));
    if (!product || !mayReadLedger(await actorOfViewer(context), product)) {
      throw variantNotFound(['variantId']);
    }
    return movementList({ variantId }, { first, after }, context);
  },

  viewer: (_, __, context) => ({ id: requireViewer(context.viewer).userId }),
};

/** The category with this slug, or the one that had it in the past. */
async function categoryCalled(slug: string, loaders: Context['loaders']): Promise<Category | null> {
  const present = await loaders.categoryBySlug.load(slug);
  if (present) return present;
  const former = await loaders.categoryByFormerSlug.load(slug);
  return former && loaders.category.load(former.categoryId);
}
