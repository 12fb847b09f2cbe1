import type { CartDeliveryResolvers } from '../__generated__/resolvers.ts';

export const CartDelivery: CartDeliveryResolvers = {
  seller: ({ sellerId }) => ({ id: sellerId }),
  lines: ({ lines, all }) => {
    const own = new Set(lines.map(({ variantId }) => variantId));
    return all.filter(({ variantId }) => own.has(variantId));
  },
  options: ({ options, currency }) => options.map((option) => ({ ...option, currency })),
  selected: ({ selected, currency }) => selected && { ...selected, currency },
};
