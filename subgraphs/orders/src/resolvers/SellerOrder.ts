import { moneyOf } from '@souk/runtime/domain';
import type { SellerOrderResolvers } from '../__generated__/resolvers.ts';
import { visibleSellerOrder } from './visible.ts';

export const SellerOrder: SellerOrderResolvers = {
  __resolveReference: ({ id }, context) => visibleSellerOrder({ id }, context),
  buyer: ({ buyerId }) => (buyerId === null ? null : { id: buyerId }),
  lines: ({ id }, _, { loaders }) => loaders.linesOfSellerOrder.load(id),
  subtotal: ({ subtotalMinor, currency }) => moneyOf(subtotalMinor, currency),
  shipping: ({ shippingMinor, currency }) => moneyOf(shippingMinor, currency),
  tax: ({ taxMinor, currency }) => moneyOf(taxMinor, currency),
  discount: ({ discountMinor, currency }) => moneyOf(discountMinor, currency),
  total: ({ totalMinor, currency }) => moneyOf(totalMinor, currency),
  refunded: ({ refundedMinor, currency }) => moneyOf(refundedMinor, currency),
  earliestDelivery: ({ deliverFrom }) => deliverFrom,
  latestDelivery: ({ deliverUntil }) => deliverUntil,
};
