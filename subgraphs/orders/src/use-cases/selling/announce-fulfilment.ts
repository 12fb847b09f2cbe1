import { sellerOrderStream } from '@souk/runtime/events';
import type { OrderLine, SellerOrder } from '../../domain/order.ts';
import { stockOfLine } from '../../domain/selling/line-stock.ts';
import type { OrdersTransaction } from '../deps.ts';

/**
 * An event for products, which keep the stock, of what became so far of the units of these lines. It has
 * totals, not what is added to them, so that an event that comes twice or late moves nothing.
 */
export async function announceFulfilment(
  { events }: Pick<OrdersTransaction, 'events'>,
  { id: sellerOrderId, orderId, sellerId }: SellerOrder,
  lines: readonly OrderLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await events.append({
    type: 'orders.FulfilmentChanged',
    stream: sellerOrderStream(sellerOrderId),
    payload: { orderId, sellerOrderId, sellerId, lines: lines.map(stockOfLine) },
  });
}
