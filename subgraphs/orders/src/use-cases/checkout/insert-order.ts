import type { Quote } from '../../domain/checkout/quote.ts';
import type { Order, OrderLine, SellerOrder } from '../../domain/order.ts';
import { reservedUntil } from '../../domain/reservation.ts';
import { streamsOf } from '../change-status.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';
import { note } from '../timeline.ts';

type Given = Pick<Order, 'buyerId' | 'shippingAddress' | 'billingAddress' | 'email' | 'note'> & {
  quote: Quote;
};

/** Inserts an order with the part of each seller, at the quoted prices. */
export async function insertOrder(
  deps: Pick<OrdersDeps, 'clock' | 'newId' | 'newOrderNumber' | 'config'>,
  stores: OrdersTransaction,
  { quote, ...given }: Given,
): Promise<Order> {
  const { clock, newId, newOrderNumber, config } = deps;
  const now = clock();
  const { currency, subtotalMinor, shippingMinor, taxMinor, taxIncluded } = quote;
  const order: Order = {
    id: newId('ord'),
    number: newOrderNumber(),
    ...given,
    status: 'PENDING',
    paymentStatus: 'UNPAID',
    paidBy: null,
    reason: null,
    currency,
    subtotalMinor,
    shippingMinor,
    taxMinor,
    taxIncluded,
    discountMinor: quote.discountMinor,
    totalMinor: quote.totalMinor,
    refundedMinor: 0,
    version: 1,
    reservedUntil: reservedUntil('PENDING', now, config.reservationMinutes),
    placedAt: now,
    updatedAt: now,
  };
  const parts = quote.parts.map((part, position) => ({
    part,
    row: rowOf(order, part, position, newId),
  }));
  const lines = parts.flatMap(({ part, row }) =>
    part.lines.map(({ weightGrams: _, commissionRate: __, ...line }) => ({ line, row })),
  );
  const rows = lines.map(
    ({ line, row }, position): OrderLine => ({
      id: newId('oln'),
      orderId: order.id,
      sellerOrderId: row.id,
      position,
      ...line,
      shippedQuantity: 0,
      returnedQuantity: 0,
      refundedQuantity: 0,
      refundedMinor: 0,
      restockedQuantity: 0,
      lostQuantity: 0,
    }),
  );
  await stores.orders.insert(order);
  await stores.sellerOrders.insertMany(
    parts.map(({ row }) => row),
    order.shippingAddress.name,
  );
  await stores.orders.insertLines(rows);
  await note(stores, deps, { order, kind: 'PLACED', actorId: order.buyerId, now });
  await stores.events.append({
    type: 'orders.OrderPlaced',
    ...streamsOf(order),
    payload: {
      orderId: order.id,
      number: order.number,
      buyerId: order.buyerId,
      currency: order.currency,
      totalMinor: order.totalMinor,
      lines: rows.map(({ id, variantId, quantity, unitPriceMinor, sellerOrderId }) => ({
        lineId: id,
        variantId,
        quantity,
        unitPriceMinor,
        sellerOrderId,
      })),
    },
  });
  return order;
}

const rowOf = (
  { id: orderId, number, buyerId, currency, placedAt }: Order,
  part: Quote['parts'][number],
  position: number,
  newId: OrdersDeps['newId'],
): SellerOrder => ({
  id: newId('sor'),
  orderId,
  position,
  number: `${number}-${position + 1}`,
  buyerId,
  currency,
  sellerId: part.sellerId,
  status: 'WAITING',
  subtotalMinor: part.subtotalMinor,
  shippingMinor: part.selected?.priceMinor ?? 0,
  taxMinor: part.taxMinor,
  discountMinor: part.discountMinor,
  totalMinor: part.totalMinor,
  refundedMinor: 0,
  looseRefundMinor: 0,
  commissionMinor: part.commissionMinor,
  deliveryLabel: part.selected?.label ?? null,
  deliverFrom: part.selected?.earliest ?? null,
  deliverUntil: part.selected?.latest ?? null,
  version: 1,
  placedAt,
  updatedAt: placedAt,
  deliveredAt: null,
});
