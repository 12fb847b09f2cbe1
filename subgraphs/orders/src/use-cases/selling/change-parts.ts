import { orderStream, sellerOrderStream, sellerStream, userStream } from '@souk/runtime/events';
import type { Order, SellerOrder } from '../../domain/order.ts';
import type { OrderStatus } from '../../domain/order-status.ts';
import {
  canSellerOrderBecome,
  type SellerOrderStatus,
} from '../../domain/selling/seller-order-status.ts';
import type { OrdersTransaction } from '../deps.ts';

type Tools = Pick<OrdersTransaction, 'sellerOrders' | 'events'>;

/** What each seller's part comes to when the order does. */
const WITH_THE_ORDER: Partial<Record<OrderStatus, SellerOrderStatus>> = {
  PAID: 'OPEN',
  CANCELLED: 'CANCELLED',
  REJECTED: 'CANCELLED',
};

/** Takes every part of a locked order along with it. */
export async function changeParts(stores: Tools, order: Order, now: Date): Promise<void> {
  const to = WITH_THE_ORDER[order.status];
  if (to === undefined) return;
  for (const part of await stores.sellerOrders.ofOrders([order.id])) {
    if (canSellerOrderBecome(part.status, to)) await changePart(stores, order, part, to, now);
  }
}

/** The streams of a seller's part: its own, the seller's, and those of whoever bought it. */
export const partStreams = (
  part: Pick<SellerOrder, 'id' | 'orderId' | 'buyerId' | 'sellerId'>,
) => ({
  stream: sellerOrderStream(part.id),
  alsoIn: [
    orderStream(part.orderId),
    sellerStream(part.sellerId),
    ...(part.buyerId === null ? [] : [userStream(part.buyerId)]),
  ],
});

export const partPayload = (order: Pick<Order, 'number'>, part: SellerOrder) => ({
  orderId: part.orderId,
  number: order.number,
  buyerId: part.buyerId,
  sellerOrderId: part.id,
  sellerId: part.sellerId,
});

/** Takes one part of a locked order on and notifies its subscribers; gives it as it is then. */
export async function changePart(
  { sellerOrders, events }: Tools,
  order: Pick<Order, 'number'>,
  part: SellerOrder,
  to: SellerOrderStatus,
  now: Date,
): Promise<SellerOrder> {
  const { status: from } = part;
  const changed: SellerOrder = {
    ...part,
    status: to,
    version: part.version + 1,
    updatedAt: now,
    deliveredAt: to === 'DELIVERED' ? now : part.deliveredAt,
  };
  await sellerOrders.save(changed);
  await events.append(
    from === 'WAITING' && to === 'OPEN'
      ? {
          type: 'orders.SellerOrderReceived',
          ...partStreams(part),
          payload: partPayload(order, part),
        }
      : {
          type: 'orders.SellerOrderStatusChanged',
          ...partStreams(part),
          payload: { ...partPayload(order, part), from, to },
        },
  );
  return changed;
}
