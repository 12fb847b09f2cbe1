import { badInput, isIdOf, requireViewer } from '@souk/runtime/domain';
import { CATALOG_STREAM } from '@souk/runtime/events';
import { connectionOf, operationSelects, pageOf } from '@souk/runtime/graphql';
import type { QueryResolvers } from '../__generated__/resolvers.ts';
import { variantNotFound } from '../domain/errors.ts';
import { checkedCriteria, effectiveSort } from '../domain/listing.ts';
import { draftsVisibleTo, mayReadLedger } from '../domain/permissions.ts';
import type { ListingPosition } from '../persistence/listing-store.ts';
import { visibleProduct, visibleVariant } from './visible.ts';

export const Query: QueryResolvers = {
  product: async (_, keys, context, info) => {
    assertOneKey(keys, 'slug');
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return visibleProduct(keys, context);
  },

  products: async (_, { query, filter, sort, first, after }, context, info) => {
    const { stores, cursors, viewer } = context;
    const criteria = checkedCriteria(query, filter);
    const order = effectiveSort(sort, criteria);
    const purpose = `products:${order}:${JSON.stringify(criteria)}`;
    const page = pageOf<ListingPosition>({ first, after }, { cursors, purpose });
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    const rows = await stores.listings.page({
      criteria,
      drafts: draftsVisibleTo(viewer),
      sort: order,
      after: page.from,
      limit: page.limit + 1,
    });
    const { edges, pageInfo } = connectionOf(rows, page, {
      cursors,
      purpose,
      positionOf: ({ position }) => position,
    });
    return {
      edges: edges.map(({ cursor, node }) => ({ cursor, node: node.product })),
      pageInfo,
      counted: { criteria },
    };
  },

  productVariant: async (_, { id, sku, sellerId }, context, info) => {
    assertOneKey({ id, sku }, 'sku');
    const seller = sellerId ?? context.viewer?.userId;
    if (sku != null && seller === undefined) throw badInput('Say whose SKU it is.', ['sellerId']);
    if (operationSelects(info, 'catalogHead')) await context.headOf(CATALOG_STREAM);
    return visibleVariant({ id, sku, sellerId: seller }, context);
  },

  category: (_, { id, slug }, { loaders }) => {
    assertOneKey({ id, slug }, 'slug');
    if (id != null) return isIdOf('cat', id) ? loaders.category.load(id) : null;
    return loaders.categoryBySlug.load(String(slug));
  },

  categories: (_, __, { stores }) => stores.categories.all(),

  catalogHead: (_, __, { headOf }) => headOf(CATALOG_STREAM),

  stockMovements: async (_, { variantId, first, after }, context) => {
    const { cursors, stores, loaders } = context;
    const viewer = requireViewer(context.viewer);
    const variant = await visibleVariant({ id: variantId }, context);
    const product = variant && (await loaders.product.load(variant.productId));
    if (!product || !mayReadLedger(viewer, product)) throw variantNotFound(['variantId']);
    const purpose = `movements:${variantId}`;
    const page = pageOf<string>({ first, after }, { cursors, purpose });
    const rows = await stores.stock.movementsOf(variantId, {
      before: page.from,
      limit: page.limit + 1,
    });
    return connectionOf(rows, page, { cursors, purpose, positionOf: ({ id }) => id });
  },
};

/** A query names a thing by its id or by its other key: not by both, not by neither. */
function assertOneKey(keys: Readonly<Record<string, unknown>>, other: string): void {
  if ((keys.id == null) === (keys[other] == null)) {
    throw badInput(`Give \`id\` or \`${other}\`.`, ['id']);
  }
}
