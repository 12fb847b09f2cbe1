import { isIdOf, moneyOf } from '@souk/runtime/domain';
import type { ProductVariantResolvers } from '../__generated__/resolvers.ts';
import { isOffered } from '../domain/cart/line-problem.ts';
import { deliveryOptionsOf } from '../domain/checkout/delivery.ts';

export const ProductVariant: ProductVariantResolvers = {
  __resolveReference: ({ id }) => (isIdOf('var', id) ? { id } : null),
  shippingEstimate: async ({ id }, { country }, { loaders, services }) => {
    const item = await loaders.pricedItem.load(id);
    if (!isOffered(item) || item.status !== 'ACTIVE') return null;
    const { sellerId, currency, weightGrams } = item;
    const parcel = { sellerId, country, currency, weightGrams: weightGrams ?? 0 };
    const { deliveryRates } = services.config.priceTables;
    const [cheapest] = deliveryOptionsOf(deliveryRates, parcel, services.clock());
    return cheapest ? moneyOf(cheapest.priceMinor, currency) : null;
  },
};
