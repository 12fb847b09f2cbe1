import { orderText, parcelText, returnText } from '../domain/status-texts.ts';
import type { NotifyDeps } from '../use-cases/deps.ts';
import { notifyInWords } from '../use-cases/notify-in-words.ts';
import { notificationsConsumer } from './consumer-deps.ts';

/** Each step is a notice of its own, so the order of their arrival does not matter. */
export const notifyOfOrder = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-order',
    consumes: 'orders.OrderStatusChanged',
    handle: async ({ event: { orderId, number, buyerId, to }, ...delivery }, stores) => {
      const text = orderText(to);
      // A guest has no inbox.
      if (!text || buyerId === null) return;
      const words = { text, values: { number } };
      await notifyInWords(deps, stores, { ...delivery, kind: 'ORDER_STATUS', words, orderId }, [
        buyerId,
      ]);
    },
  });

export const notifyOfParcel = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-parcel',
    consumes: 'orders.ShipmentUpdated',
    handle: async ({ event: { orderId, number, buyerId, status, from }, ...delivery }, stores) => {
      const text = parcelText(status, from);
      if (!text || buyerId === null) return;
      const words = { text, values: { number } };
      await notifyInWords(deps, stores, { ...delivery, kind: 'ORDER_STATUS', words, orderId }, [
        buyerId,
      ]);
    },
  });

export const notifyOfRefund = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-refund',
    consumes: 'orders.RefundIssued',
    handle: async ({ event: { orderId, number, buyerId }, ...delivery }, stores) => {
      if (buyerId === null) return;
      const words = { text: 'REFUND_ISSUED', values: { number } } as const;
      await notifyInWords(deps, stores, { ...delivery, kind: 'ORDER_STATUS', words, orderId }, [
        buyerId,
      ]);
    },
  });

/** The seller's people are notified of a buyer's requests, and the buyer of the seller's decisions. */
export const notifyOfReturn = (deps: NotifyDeps) =>
  notificationsConsumer({
    name: 'notify-of-return',
    consumes: 'orders.ReturnChanged',
    handle: async ({ event, ...delivery }, stores) => {
      const { orderId, number, buyerId, sellerId, sellerOrderId, returnId, status } = event;
      const values = { number };
      if (status === 'REQUESTED') {
        const words = { text: 'RETURN_REQUESTED', values } as const;
        const target = { type: 'SellerOrderTarget', sellerOrderId, returnId, sellerId } as const;
        const people = await stores.sellerStaff.membersOf(sellerId);
        await notifyInWords(deps, stores, { ...delivery, kind: 'RETURN', words, target }, people);
      }
      const text = returnText(status);
      if (!text || buyerId === null) return;
      const words = { text, values };
      await notifyInWords(deps, stores, { ...delivery, kind: 'RETURN', words, orderId }, [buyerId]);
    },
  });
