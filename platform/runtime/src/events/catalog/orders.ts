import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { sealed } from '../sealed-values.ts';

/** A guest's order has no buyer who could be notified. */
const order = { orderId: z.string(), number: z.string(), buyerId: z.string().nullable() };
/** One seller's part of an order. */
const part = { ...order, sellerOrderId: z.string(), sellerId: z.string() };

/** Version 1 had the code unencrypted. */
const guestCodeRequested = z.object({
  /** Empty when nothing is mailed: addresses that anybody typed are not kept. */
  email: z.string(),
  /** Null when nothing is sent: there is no such order, or there were too many mails. */
  code: sealed('notifications').nullable(),
  expiresAt: z.string(),
});

export const ordersEvents = {
  'orders.OrderPlaced': defineEvent({
    version: 1,
    summary: 'Somebody ordered; prices are frozen, stock is not yet set aside.',
    payload: z.object({
      ...order,
      currency: z.string(),
      totalMinor: z.number().int(),
      lines: z.array(
        z.object({
          lineId: z.string(),
          variantId: z.string(),
          quantity: z.number().int(),
          unitPriceMinor: z.number().int(),
          /** The seller’s part that contains it; the first events do not have it. */
          sellerOrderId: z.string().nullable().default(null),
        }),
      ),
    }),
    consumedBy: ['products', 'orders', 'chat'],
  }),
  'orders.OrderAnnounced': defineEvent({
    version: 1,
    summary: 'An order that is there already, told to who follows orders since.',
    payload: z.object(order),
    consumedBy: ['chat'],
  }),
  'orders.OrderStatusChanged': defineEvent({
    version: 1,
    summary: 'An order went from one state to the next.',
    payload: z.object({
      ...order,
      from: z.string(),
      to: z.string(),
      /** What somebody wrote about it. */
      reason: z.string().nullable(),
      /** The reason as data; the first events had it only as text in `reason`. */
      cause: z
        .object({
          code: z.enum([
            'CANCELLED_BY_BUYER',
            'CANCELLED_BY_STAFF',
            'NOT_PAID_IN_TIME',
            'NOT_ENOUGH_STOCK',
            'SELLER_NOT_ACTIVE',
            'OTHER',
          ]),
          shortages: z.array(
            z.object({
              variantId: z.string(),
              title: z.string(),
              reason: z.enum(['NOT_FOR_SALE', 'OUT_OF_STOCK', 'TOO_MANY']),
            }),
          ),
        })
        .nullable()
        .default(null),
    }),
    consumedBy: ['orders', 'notifications', 'chat'],
  }),
  'orders.OrderCancelled': defineEvent({
    version: 1,
    summary: 'An order will not be carried out; what was set aside for it is free again.',
    payload: z.object({ ...order, reason: z.string().nullable() }),
    consumedBy: ['products'],
  }),
  'orders.OrderPaid': defineEvent({
    version: 1,
    summary: 'The money for an order is here; what is in it is bought.',
    payload: z.object({
      ...order,
      lines: z.array(
        z.object({
          lineId: z.string(),
          variantId: z.string(),
          productId: z.string(),
          sellerId: z.string(),
          quantity: z.number().int(),
        }),
      ),
    }),
    consumedBy: ['products'],
  }),
  'orders.GuestCodeRequested': defineEvent({
    version: 2,
    summary:
      'A guest wants to see their order again; the code opens nothing without the id that the asker was given.',
    payload: guestCodeRequested,
    earlier: { 1: guestCodeRequested },
    consumedBy: ['notifications'],
  }),
  'orders.PaymentUpdated': defineEvent({
    version: 1,
    summary: 'A payment of an order went from one state to the next.',
    payload: z.object({ ...order, paymentId: z.string(), status: z.string() }),
    consumedBy: ['orders'],
  }),
  'orders.SellerOrderReceived': defineEvent({
    version: 1,
    summary: 'A seller has something to send: their part of an order is paid.',
    payload: z.object(part),
    consumedBy: ['notifications', 'chat'],
  }),
  'orders.SellerOrderAnnounced': defineEvent({
    version: 1,
    summary: 'A part of an order that its seller has already, told to who follows them since.',
    payload: z.object(part),
    consumedBy: ['chat'],
  }),
  'orders.SellerOrderStatusChanged': defineEvent({
    version: 1,
    summary: 'A seller’s part of an order went from one state to the next.',
    payload: z.object({ ...part, from: z.string(), to: z.string() }),
    consumedBy: [],
  }),
  'orders.ShipmentUpdated': defineEvent({
    version: 1,
    summary: 'A parcel was sent, or is somewhere else.',
    payload: z.object({
      ...part,
      shipmentId: z.string(),
      status: z.string(),
      /** Its status before; absent for a new one. Unchanged when something else of it changed. */
      from: z.string().optional(),
    }),
    consumedBy: ['notifications', 'chat'],
  }),
  'orders.FulfilmentChanged': defineEvent({
    version: 1,
    summary:
      'What became so far of the units that were set aside for lines of an order: totals, which only grow.',
    payload: z.object({
      orderId: z.string(),
      sellerOrderId: z.string(),
      sellerId: z.string(),
      lines: z.array(
        z.object({
          variantId: z.string(),
          shipped: z.number().int(),
          /** Refunded before they were sent: whether they are for sale again. */
          released: z.number().int(),
          lost: z.number().int(),
          /** Sent, returned, and for sale again. */
          restocked: z.number().int(),
        }),
      ),
    }),
    consumedBy: ['products'],
  }),
  'orders.RefundIssued': defineEvent({
    version: 1,
    summary: 'Money goes back to a buyer.',
    payload: z.object({ ...part, refundId: z.string() }),
    consumedBy: ['notifications', 'chat'],
  }),
  'orders.RefundFailed': defineEvent({
    version: 1,
    summary: 'Money could not be paid back in any number of attempts: a person has to see to it.',
    payload: z.object({ ...part, refundId: z.string() }),
    consumedBy: ['orders'],
  }),
  'orders.RepaymentFailed': defineEvent({
    version: 1,
    summary:
      'Money that came too late, or was another amount, could not go back: a person has to see to it.',
    payload: z.object({ ...order, paymentId: z.string(), refundId: z.string() }),
    consumedBy: ['orders'],
  }),
  'orders.ReturnChanged': defineEvent({
    version: 1,
    summary: 'A buyer wants to send something back, or that went a step on.',
    payload: z.object({ ...part, returnId: z.string(), status: z.string() }),
    consumedBy: ['notifications'],
  }),
  'orders.PayoutChanged': defineEvent({
    version: 1,
    summary: 'A seller’s money is on its way to their bank, or is there.',
    payload: z.object({ sellerId: z.string(), payoutId: z.string(), status: z.string() }),
    consumedBy: ['notifications'],
  }),
  'orders.CartChanged': defineEvent({
    version: 1,
    summary:
      'What is in a cart changed, or what it costs; named by its key, as its id may be a secret.',
    payload: z.object({ cartKey: z.string(), version: z.number().int() }),
    consumedBy: [],
  }),
};
