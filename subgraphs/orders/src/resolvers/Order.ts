import { moneyOf } from '@souk/runtime/domain';
import { orderStream } from '@souk/runtime/events';
import type { OrderResolvers } from '../__generated__/resolvers.ts';
import { actionsOn } from '../domain/permissions.ts';
import { pageOfTimeline } from './timeline-pages.ts';
import { visibleOrder } from './visible.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, context) => visibleOrder({ id }, context),
  statusReason: ({ reason }) => reason,
  buyer: ({ buyerId }) => (buyerId === null ? null : { id: buyerId }),
  lines: ({ id }, _, { loaders }) => loaders.linesOfOrder.load(id),
  subtotal: ({ subtotalMinor, currency }) => moneyOf(subtotalMinor, currency),
  shipping: ({ shippingMinor, currency }) => moneyOf(shippingMinor, currency),
  tax: ({ taxMinor, currency }) => moneyOf(taxMinor, currency),
  discount: ({ discountMinor, currency }) => moneyOf(discountMinor, currency),
  refunded: ({ refundedMinor, currency }) => moneyOf(refundedMinor, currency),
  sellerOrders: ({ id }, _, { loaders }) => loaders.sellerOrdersOfOrder.load(id),
  payments: ({ id }, _, { loaders }) => loaders.paymentsOfOrder.load(id),
  timeline: ({ id }, args, context) => pageOfTimeline(id, args, context),
  total: ({ totalMinor, currency }) => moneyOf(totalMinor, currency),
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(orderStream(id), headSequence),
  viewerCan: (order, _, { viewer }) => actionsOn(viewer, order),
};
