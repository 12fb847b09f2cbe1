import { isIdOf } from '@souk/runtime/domain';
import type { TimelineEntryResolvers } from '../__generated__/resolvers.ts';
import { wordsOf } from '../domain/timeline.ts';
import { visibleOrder } from './visible.ts';

export const TimelineEntry: TimelineEntryResolvers = {
  __resolveReference: async ({ id }, context) => {
    const entry = isIdOf('tle', id) ? await context.loaders.timelineEntry.load(id) : null;
    return entry && (await visibleOrder({ id: entry.orderId }, context)) && entry;
  },
  text: (entry) => wordsOf(entry),
  remark: ({ details }) => details.remark ?? null,
  actor: ({ actorId }) => (actorId === null ? null : { id: actorId }),
  sellerOrder: ({ sellerOrderId }, _, { loaders }) =>
    sellerOrderId === null ? null : loaders.sellerOrder.load(sellerOrderId),
};
