import { moneyOf } from '@souk/runtime/domain';
import type { ProductVariantResolvers } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { availabilityOf, maxQuantityOf } from '../domain/availability.ts';
import { mayReadLedger } from '../domain/permissions.ts';
import type { StockItem } from '../domain/stock.ts';
import type { Variant } from '../domain/variant.ts';
import { actorOfViewer } from './actor-of-viewer.ts';
import { mediaShown } from './media-shown.ts';
import { visibleVariant } from './visible.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: ({ id }, context) => visibleVariant({ id }, context),
  product: async ({ id, productId }, _, { loaders }) => {
    const product = await loaders.product.load(productId);
    if (!product) throw new Error(`Variant ${id} has no product.`);
    return product;
  },
  media: async ({ id }, _, { loaders }) => mediaShown(await loaders.picturesOfVariant.load(id)),
  price: ({ priceMinor, currency }) => moneyOf(priceMinor, currency),
  compareAtPrice: ({ compareAtPriceMinor, currency }) =>
    compareAtPriceMinor === null ? null : moneyOf(compareAtPriceMinor, currency),
  lowestPrice30Days: async ({ id, currency }, _, { loaders }) => {
    const lowest = await loaders.lowestPriceBefore.load(id);
    return lowest && moneyOf(lowest.priceMinor, currency);
  },
  availability: async ({ id }, _, context) => {
    const item = await stockOf(id, context);
    return availabilityOf(item, item.forSale);
  },
  maxQuantity: async ({ id }, _, context) => {
    const item = await stockOf(id, context);
    return maxQuantityOf(item, item.forSale);
  },
  inventory: async (variant, _, context) =>
    (await isOwn(variant, context)) ? stockOf(variant.id, context) : null,
  unitCost: async (variant, _, context) => {
    const { unitCostMinor, currency } = variant;
    return unitCostMinor !== null && (await isOwn(variant, context))
      ? moneyOf(unitCostMinor, currency)
      : null;
  },
};

/** Whether the viewer works for its seller, or is staff, and so may read its ledger. */
async function isOwn({ productId }: Variant, context: Context): Promise<boolean> {
  const actor = await actorOfViewer(context);
  const product = actor && (await context.loaders.product.load(productId));
  return product != null && mayReadLedger(actor, product);
}

async function stockOf(variantId: string, { loaders }: Context): Promise<StockItem> {
  const item = await loaders.stock.load(variantId);
  if (!item) throw new Error(`Variant ${variantId} has no stock.`);
  return item;
}
