import { moneyOf } from '@souk/runtime/domain';
import { orderStream } from '@souk/runtime/events';
import { connectionOf, pageOf } from '@souk/runtime/graphql';
import type { OrderResolvers } from '../__generated__/resolvers.ts';
import { isBought } from '../domain/order-status.ts';
import { actionsOn, isBuyerWhoSees } from '../domain/permissions.ts';
import { wordsOfReason } from '../domain/status-reason.ts';
import { isReturnable } from './returnable.ts';
import { pageOfTimeline } from './timeline-pages.ts';
import { visibleOrder } from './visible.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, context) => visibleOrder({ id }, context),
  statusReason: ({ reason }) => reason && wordsOfReason(reason),
  statusReasonCode: ({ reason }) => reason?.code ?? null,
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
  snapshots: async ({ id, buyerId }, args, { cursors, stores, viewer }) => {
    const purpose = `snapshots:${id}`;
    const page = pageOf<string>(args, { cursors, purpose });
    // Each is a secret of the person who shared it.
    const isOwn = buyerId !== null && buyerId === viewer?.userId;
    const before = page.from === null ? null : new Date(page.from);
    const rows = isOwn ? await stores.snapshots.page(id, { before, limit: page.limit + 1 }) : [];
    const positionOf = ({ sharedAt }: { sharedAt: Date }) => sharedAt.toISOString();
    return connectionOf(rows, page, { cursors, purpose, positionOf });
  },
  viewerCan: async (order, _, context) => {
    const { viewer, loaders } = context;
    if (!isBuyerWhoSees(viewer, order) || !isBought(order.status)) return actionsOn(viewer, order);
    const parts = await loaders.sellerOrdersOfOrder.load(order.id);
    const returnable = await Promise.all(parts.map(({ id }) => isReturnable(id, context)));
    return actionsOn(viewer, order, returnable.includes(true));
  },
};
