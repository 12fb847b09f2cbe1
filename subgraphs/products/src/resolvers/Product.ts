import { moneyOf } from '@souk/runtime/domain';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { ProductResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { availabilityOf, bestOf, canBeBought } from '../domain/availability.ts';
import type { Category } from '../domain/category.ts';
import { actionsOn } from '../domain/permissions.ts';
import type { Product as ProductRow } from '../domain/product.ts';
import { ratingOf } from '../domain/review.ts';
import type { Variant } from '../domain/variant.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { mediaShown } from './media-shown.ts';
import { reviewList } from './review-list.ts';
import { visibleProduct, visibleSeller } from './visible.ts';

export const Product: ProductResolvers = {
  __resolveReference: ({ id }, context) => visibleProduct({ id }, context),
  seller: ({ sellerId }, _, context) => visibleSeller({ id: sellerId }, context),
  categories: async ({ id }, _, { loaders }) => {
    const rows = await loaders.categoryIdsOfProduct.load(id);
    const categories = await loaders.category.loadMany(rows.map(({ categoryId }) => categoryId));
    return categories.filter(
      (category): category is Category => category !== null && !(category instanceof Error),
    );
  },
  media: async ({ id }, _, { loaders }) => mediaShown(await loaders.picturesOfProduct.load(id)),
  featuredMedia: async ({ id }, _, { loaders }) =>
    mediaShown(await loaders.picturesOfProduct.load(id))[0] ?? null,
  variants: async ({ id }, args, { loaders, cursors }) => {
    const purpose = `variants:${id}`;
    const page = pageOf<number>(args, { cursors, purpose });
    const all = await loaders.variantsOfProduct.load(id);
    const behind = all.filter(({ position }) => position > (page.from ?? -1));
    const positionOf = ({ position }: Variant) => position;
    const connection = connectionOf(behind, page, { cursors, purpose, positionOf });
    return { ...connection, totalCount: all.length };
  },
  defaultVariant: async ({ id }, _, { loaders }) => {
    const [first] = await loaders.variantsOfProduct.load(id);
    return first ?? null;
  },
  priceRange: ({ minPriceMinor, maxPriceMinor, currency }) => ({
    min: moneyOf(minPriceMinor, currency),
    max: moneyOf(maxPriceMinor, currency),
  }),
  availability: (product, _, context) => availabilityOfProduct(product, context),
  inStock: async (product, _, context) =>
    canBeBought(await availabilityOfProduct(product, context)),
  rating: async ({ id }, _, { loaders }) =>
    ratingOf((await loaders.starsOfProduct.load(id))?.stars),
  reviews: ({ id }, args, context) => reviewList(id, args, context),
  viewerReview: ({ id }, _, { loaders }) => loaders.reviewOfViewer.load(id),
  viewerCan: async (product, _, context) => {
    const { loaders } = context;
    const actor = await actorOfViewer(context);
    const actions = actionsOn(actor, product);
    const isOrdered = async () => (await loaders.ordersOfProduct.load(product.id)) !== null;
    const canReview = async () => (await loaders.unreviewedOfViewer.load(product.id)) !== null;
    return [
      ...actions,
      ...(actions.includes('EDIT') && !(await isOrdered()) ? (['DELETE'] as const) : []),
      ...(actor && !actor.memberships.has(product.sellerId) && (await canReview())
        ? (['REVIEW'] as const)
        : []),
    ];
  },
};

async function availabilityOfProduct({ id }: ProductRow, { loaders }: Context) {
  const variants = await loaders.variantsOfProduct.load(id);
  const items = await Promise.all(variants.map((variant) => loaders.stock.load(variant.id)));
  return bestOf(items.flatMap((item) => (item ? [availabilityOf(item, item.forSale)] : [])));
}
