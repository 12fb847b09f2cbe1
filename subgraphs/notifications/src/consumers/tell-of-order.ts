import { orderNotice } from '../domain/order-notice.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notify } from '../use-cases/notify.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Each step is a notice of its own, so their order of arrival does not matter. */
export const tellOfOrder = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'tell-of-order',
    consumes: 'orders.OrderStatusChanged',
    handle: async ({ event, sequence, eventId, occurredAt }, stores) => {
      const { orderId, number, buyerId, to } = event;
      const notice = orderNotice(number, to);
      // A guest has no place for notices.
      if (!notice || buyerId === null) return;
      const occurrence = {
        ...notice,
        sourceId: eventId,
        kind: 'ORDER_STATUS' as const,
        subject: null,
        actorId: null,
        roomId: null,
        messageId: null,
        orderId,
        sequence,
        at: occurredAt,
      };
      await notify(deps, stores, occurrence, [buyerId]);
    },
  });
