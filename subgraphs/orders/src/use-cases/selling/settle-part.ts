import type { Order, SellerOrder } from '../../domain/order.ts';
import { isSettled, statusOfLines } from '../../domain/selling/seller-order-status.ts';
import { type StepDeps, type StepTools, takeStep } from '../change-status.ts';
import { changePart } from './change-parts.ts';

/**
 * Brings a part of a locked order to the state that its lines and parcels call for, and the order to its
 * end when every part has come to one. Gives the part as it is then.
 */
export async function settlePart(
  stores: StepTools,
  order: Order,
  part: SellerOrder,
  now: Date,
  deps: StepDeps,
): Promise<SellerOrder> {
  const lines = await stores.sellerOrders.linesOf([part.id]);
  const shipments = await stores.shipments.ofSellerOrders([part.id]);
  const areAllDelivered = shipments.every(({ status }) => status === 'DELIVERED');
  const to = statusOfLines(part.status, lines, areAllDelivered);
  const settled = to === part.status ? part : await changePart(stores, order, part, to, now);
  if (order.status === 'PAID' && isSettled(settled.status)) {
    const parts = await stores.sellerOrders.ofOrders([order.id]);
    if (parts.every(({ status }) => isSettled(status))) {
      await takeStep(stores, order, { to: 'COMPLETED', reason: null, now }, deps);
    }
  }
  return settled;
}
