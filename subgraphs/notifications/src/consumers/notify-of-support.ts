import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { settleSubjectForAll } from '../use-cases/settle-subjects.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/**
 * Who answers for a seller is notified of a customer who waits; once one of them helps, or it is over, there is nothing to
 * be read about it for the others.
 */
export const notifyOfCustomer = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-customer',
    consumes: 'chat.SupportRequestChanged',
    handle: async ({ event, ...delivery }, stores) => {
      const { roomId, sellerId, partId, customerId, waits, recipientIds } = event;
      const subject = `support:${roomId}`;
      // Who asked may work for the seller by now.
      const userIds = recipientIds.filter((userId) => userId !== customerId);
      if (!waits) {
        const settledAt = delivery.occurredAt;
        return settleSubjectForAll(deps, stores, { userIds, subject, settledAt });
      }
      const words = { text: 'CUSTOMER_ASKS', values: {} } as const;
      const target = { type: 'SupportTarget', roomId, sellerOrderId: partId, sellerId } as const;
      // Nobody is named by it: a customer whom one of them blocks waits for the seller all the same.
      const asked = { kind: 'CUSTOMER_QUESTION', words, target, subject } as const;
      await notifyInWords(deps, stores, { ...delivery, ...asked }, userIds);
    },
  });
