import type { Viewer } from '@souk/runtime';
import type { Order, OrderLine } from '../domain/order.ts';
import { addressOf, type PostalAddressInput } from '../domain/postal-address.ts';
import { assertInStock, assertTotal, priceLines } from '../domain/priced-lines.ts';
import { checkedLines, type OrderLineInput } from '../domain/requested-lines.ts';
import { reservedUntil } from '../domain/reservation.ts';
import type { OrdersDeps } from './deps.ts';
import { buyerStream, orderStream } from './order-streams.ts';
import { waitForNews } from './wait-for-news.ts';

export interface PlaceOrderInput {
  lines: readonly OrderLineInput[];
  shippingAddress: PostalAddressInput;
  note?: string | null;
  /** What the buyer was shown. */
  expectedTotal?: { minorUnits: number; currency: string } | null;
  idempotencyKey: string;
}

/** Places an order at the prices of this moment; whether there is enough, products will say. */
export async function placeOrder(
  deps: OrdersDeps,
  viewer: Viewer,
  input: PlaceOrderInput,
): Promise<{ orderId: string; replayed: boolean }> {
  const { transaction, clock, newId, newOrderNumber, config } = deps;
  const requested = checkedLines(input.lines);
  const shippingAddress = addressOf(input.shippingAddress);
  const { note = null } = input;
  const request = { scope: `placeOrder:${viewer.userId}`, key: input.idempotencyKey, input };
  const unsureOf = await waitForNews(deps, requested);
  const { result, replayed } = await transaction(({ idempotency, pricedItems, orders, events }) =>
    idempotency.once(request, async () => {
      const found = await pricedItems.findMany(requested.map(({ variantId }) => variantId));
      const items = new Map(
        found.map((item) => [
          item.variantId,
          unsureOf.has(item.variantId) ? { ...item, available: null } : item,
        ]),
      );
      const priced = priceLines(requested, items);
      assertTotal(priced, input.expectedTotal);
      assertInStock(requested, items);
      const now = clock();
      const order: Order = {
        id: newId('ord'),
        number: newOrderNumber(),
        buyerId: viewer.userId,
        status: 'PENDING',
        reason: null,
        currency: priced.currency,
        subtotalMinor: priced.subtotalMinor,
        shippingMinor: 0,
        taxMinor: 0,
        discountMinor: 0,
        totalMinor: priced.subtotalMinor,
        shippingAddress,
        note,
        version: 1,
        reservedUntil: reservedUntil('PENDING', now, config.reservationMinutes),
        placedAt: now,
        updatedAt: now,
      };
      const lines: OrderLine[] = priced.lines.map((line, position) => ({
        id: newId('oln'),
        orderId: order.id,
        position,
        ...line,
      }));
      await orders.insert(order, lines);
      await events.append({
        type: 'orders.OrderPlaced',
        stream: orderStream(order.id),
        alsoIn: [buyerStream(order.buyerId)],
        payload: {
          orderId: order.id,
          number: order.number,
          buyerId: order.buyerId,
          currency: order.currency,
          totalMinor: order.totalMinor,
          lines: lines.map(({ id, variantId, quantity, unitPriceMinor }) => ({
            lineId: id,
            variantId,
            quantity,
            unitPriceMinor,
          })),
        },
      });
      return { orderId: order.id };
    }),
  );
  return { orderId: result.orderId, replayed };
}
