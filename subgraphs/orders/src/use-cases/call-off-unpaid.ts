import { waitsForMoney } from '../domain/order-status.ts';
import { maySell } from '../domain/selling/seller.ts';
import { callOff, type StepDeps, type StepTools } from './change-status.ts';

/**
 * Calls off the next order with something of a seller who may sell no more, unless it is paid: whoever pays later
 * gets the money back. One order in a transaction, as everybody locks one order alone. Resolves to where to go on.
 *
 * None is missed: what products set aside, they did while the seller was active, so its order was placed
 * before the seller's news were told; of what is placed after that they set nothing aside.
 */
export async function callOffNextUnpaid(
  stores: StepTools,
  sellerId: string,
  { after, now }: { after: string; now: Date },
  deps: StepDeps,
): Promise<string | undefined> {
  const [seller] = await stores.sellers.findMany([sellerId]);
  if (!seller || maySell(seller)) return undefined;
  const next = await stores.sellerOrders.nextWaiting(sellerId, after);
  if (!next) return undefined;
  const order = await stores.orders.lock(next.orderId);
  if (order && waitsForMoney(order.status)) {
    const reason = { code: 'SELLER_NOT_ACTIVE' as const };
    await callOff(stores, order, { reason, now }, deps);
  }
  return next.id;
}
