import { moneyOf } from '@souk/runtime/domain';
import { orderStream } from '@souk/runtime/events';
import type { OrderResolvers } from '../__generated__/resolvers.ts';
import { actionsOn } from '../domain/permissions.ts';
import { visibleOrder } from './visible.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, context) => visibleOrder({ id }, context),
  statusReason: ({ reason }) => reason,
  buyer: ({ buyerId }) => ({ id: buyerId }),
  lines: ({ id }, _, { loaders }) => loaders.linesOfOrder.load(id),
  subtotal: ({ subtotalMinor, currency }) => moneyOf(subtotalMinor, currency),
  total: ({ totalMinor, currency }) => moneyOf(totalMinor, currency),
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(orderStream(id), headSequence),
  viewerCan: (order, _, { viewer }) => actionsOn(viewer, order),
};
