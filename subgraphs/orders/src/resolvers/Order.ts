import { moneyOf } from '@souk/runtime/domain';
import { orderStream } from '@souk/runtime/events';
import type { OrderResolvers } from '../__generated__/resolvers.ts';
import { canBecome } from '../domain/order-status.ts';
import { visibleOrder } from './visible.ts';

export const Order: OrderResolvers = {
  __resolveReference: (keys, context) => visibleOrder(keys, context),
  statusReason: ({ reason }) => reason,
  buyer: ({ buyerId }) => ({ id: buyerId }),
  lines: ({ id }, _, { loaders }) => loaders.linesOfOrder.load(id),
  subtotal: ({ subtotalMinor, currency }) => moneyOf(subtotalMinor, currency),
  total: ({ totalMinor, currency }) => moneyOf(totalMinor, currency),
  head: ({ id, headSequence }, _, { live }) => live.cursorAt(orderStream(id), headSequence),
  cancellable: ({ status }) => canBecome(status, 'CANCELLED'),
};
