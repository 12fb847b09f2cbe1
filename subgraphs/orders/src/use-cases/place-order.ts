import {
  checkedPostalAddress,
  type MoneyInput,
  type PostalAddressInput,
  type Viewer,
} from '@souk/runtime/domain';
import { orderStream, userStream } from '@souk/runtime/events';
import type { Order, OrderLine } from '../domain/order.ts';
import { assertTotal, type PricedOrder, priceLines, shortagesOf } from '../domain/priced-lines.ts';
import { checkedLines, type OrderLineInput } from '../domain/requested-lines.ts';
import { reservedUntil } from '../domain/reservation.ts';
import { assertMayAskStock, countFutileLines, countOrder } from './count-orders.ts';
import type { OrdersDeps, OrdersTransaction } from './deps.ts';
import { StockRefusal } from './stock-refusal.ts';
import { waitForNews } from './wait-for-news.ts';

export interface PlaceOrderInput {
  lines: readonly OrderLineInput[];
  shippingAddress: PostalAddressInput;
  note?: string | null;
  /** What the buyer was shown. */
  expectedTotal?: MoneyInput | null;
  idempotencyKey: string;
}

/** Places an order at the prices of this moment; whether there is enough, products will say. */
export async function placeOrder(
  deps: OrdersDeps,
  viewer: Viewer,
  input: PlaceOrderInput,
): Promise<{ orderId: string; replayed: boolean }> {
  const { transaction, clock, config } = deps;
  const buyerId = viewer.userId;
  const requested = checkedLines(input.lines);
  const shippingAddress = checkedPostalAddress(input.shippingAddress, ['input', 'shippingAddress']);
  const { note = null } = input;
  const request = { scope: `placeOrder:${buyerId}`, key: input.idempotencyKey, input };
  // A repeat of what is placed waits for nothing, and gets no other answer than the first.
  const placed = await transaction(({ idempotency }) =>
    idempotency.find<{ orderId: string }>(request),
  );
  if (placed) return { orderId: placed.result.orderId, replayed: true };
  const unsureOf = await waitForNews(deps, requested);
  const outcome = await transaction(async (stores) => {
    const { idempotency, pricedItems, quotas } = stores;
    const counting = { points: requested.length, config, now: clock() };
    // Counted before stock is looked at, under a lock: of many requests at once none looks uncounted.
    const use = await countFutileLines(quotas, buyerId, counting);
    try {
      const { result, replayed } = await idempotency.once(request, async () => {
        const found = await pricedItems.findMany(requested.map(({ variantId }) => variantId));
        const items = new Map(
          found.map((item) => [
            item.variantId,
            unsureOf.has(item.variantId) ? { ...item, available: null } : item,
          ]),
        );
        const priced = priceLines(requested, items);
        assertTotal(priced, input.expectedTotal);
        await countOrder(quotas, buyerId, counting);
        assertMayAskStock(use, counting);
        const [first, ...others] = shortagesOf(requested, items);
        if (first) throw new StockRefusal(first, ...others);
        return insertOrder(deps, stores, { buyerId, priced, shippingAddress, note });
      });
      await quotas.giveBack(buyerId, 'futile_lines', counting.points);
      return { orderId: result.orderId, replayed };
    } catch (error) {
      if (!(error instanceof StockRefusal)) throw error;
      // What was counted has to stay, so this transaction is kept and the errors are thrown after it.
      await quotas.giveBack(buyerId, 'orders', 1);
      await idempotency.forget(request);
      return error;
    }
  });
  if (outcome instanceof StockRefusal) throw outcome.errors;
  return outcome;
}

async function insertOrder(
  { clock, newId, newOrderNumber, config }: OrdersDeps,
  { orders, events }: OrdersTransaction,
  {
    buyerId,
    priced,
    shippingAddress,
    note,
  }: Pick<Order, 'buyerId' | 'shippingAddress' | 'note'> & { priced: PricedOrder },
): Promise<{ orderId: string }> {
  const now = clock();
  const order: Order = {
    id: newId('ord'),
    number: newOrderNumber(),
    buyerId,
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
    alsoIn: [userStream(order.buyerId)],
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
}
