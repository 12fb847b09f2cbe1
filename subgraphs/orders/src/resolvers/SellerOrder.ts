import { moneyOf } from '@souk/runtime/domain';
import { sellerStream } from '@souk/runtime/events';
import type { SellerOrderResolvers } from '../__generated__/resolvers.ts';
import { sellerActions } from '../domain/selling/part-actions.ts';
import { isReturnable } from './returnable.ts';
import { seesDesk, visibleSellerOrder, worksForSeller } from './visible.ts';

export const SellerOrder: SellerOrderResolvers = {
  __resolveReference: ({ id }, context) => visibleSellerOrder({ id }, context),
  seller: ({ sellerId }) => ({ id: sellerId }),
  buyer: ({ buyerId }) => (buyerId === null ? null : { id: buyerId }),
  lines: ({ id }, _, { loaders }) => loaders.linesOfSellerOrder.load(id),
  subtotal: ({ subtotalMinor, currency }) => moneyOf(subtotalMinor, currency),
  shipping: ({ shippingMinor, currency }) => moneyOf(shippingMinor, currency),
  tax: ({ taxMinor, currency }) => moneyOf(taxMinor, currency),
  discount: ({ discountMinor, currency }) => moneyOf(discountMinor, currency),
  total: ({ totalMinor, currency }) => moneyOf(totalMinor, currency),
  refunded: ({ refundedMinor, currency }) => moneyOf(refundedMinor, currency),
  commission: async ({ commissionMinor, currency, sellerId }, _, context) =>
    (await seesDesk(sellerId, context)) ? moneyOf(commissionMinor, currency) : null,
  shippingAddress: async ({ orderId }, _, { loaders }) => {
    const order = await loaders.order.load(orderId);
    if (!order) throw new Error(`A part has no order ${orderId}.`);
    return order.shippingAddress;
  },
  note: async ({ orderId }, _, { loaders }) => (await loaders.order.load(orderId))?.note ?? null,
  shipments: ({ id }, _, { loaders }) => loaders.shipmentsOfPart.load(id),
  refunds: ({ id }, _, { loaders }) => loaders.refundsOfPart.load(id),
  returns: ({ id }, _, { loaders }) => loaders.returnsOfPart.load(id),
  viewerCan: async (part, _, context) => {
    const { viewer } = context;
    const isSeller = await worksForSeller(part.sellerId, context);
    // A guest's part is visible to people who work for the seller, to staff, and to anybody with the guest's
    // token.
    const isBuyer =
      part.buyerId === null
        ? !(await seesDesk(part.sellerId, context))
        : part.buyerId === viewer?.userId;
    const order = isSeller ? await context.loaders.order.load(part.orderId) : null;
    return [
      ...(order ? sellerActions(part, order.status) : []),
      ...(isBuyer && (await isReturnable(part.id, context)) ? (['REQUEST_RETURN'] as const) : []),
    ];
  },
  // Its buyer follows the order: the head of the seller's stream would reveal how much the seller sells.
  head: async ({ sellerId, headSequence }, _, context) =>
    (await seesDesk(sellerId, context))
      ? context.live.cursorAt(sellerStream(sellerId), headSequence)
      : null,
  earliestDelivery: ({ deliverFrom }) => deliverFrom,
  latestDelivery: ({ deliverUntil }) => deliverUntil,
};
