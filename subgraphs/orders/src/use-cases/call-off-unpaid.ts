import { waitsForMoney } from '../domain/order-status.ts';
import { maySell } from '../domain/selling/seller.ts';
import { callOff, type StepDeps, type StepTools } from './change-status.ts';

/**
 * Cancels the next order with something from a seller who may no longer sell, unless it is paid: anybody who
 * pays later gets the money back. One order per transaction, since everybody locks one order at a time.
 * Resolves to where to continue.
 *
 * None is missed: products reserved their stock while the seller was active, so these orders were placed
 * before the seller's news were announced; for later orders nothing is reserved.
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
