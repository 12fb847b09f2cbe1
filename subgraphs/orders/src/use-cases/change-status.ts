import type { NewId } from '@souk/runtime/domain';
import { orderStream, type TransactionTools, userStream } from '@souk/runtime/events';
import type { OrdersConfig } from '../config.ts';
import type { Order } from '../domain/order.ts';
import { assertCanBecome, canBecome, type OrderStatus } from '../domain/order-status.ts';
import { reservedUntil } from '../domain/reservation.ts';
import type { StatusReason } from '../domain/status-reason.ts';
import type { Stores } from '../persistence/stores.ts';
import { lockStreamsOf } from './lock-around-order.ts';
import { settlePayments } from './payment/settle-payments.ts';
import { changeParts } from './selling/change-parts.ts';
import { note } from './timeline.ts';

export interface Step {
  to: OrderStatus;
  /** Why it is rejected or cancelled. */
  reason: StatusReason | null;
  now: Date;
  /** Who did it; nobody, when it happened automatically. */
  actorId?: string | null;
}

export type StepTools = Stores & Pick<TransactionTools, 'events'>;

/** What a step of an order needs besides the transaction. */
export interface StepDeps {
  config: OrdersConfig;
  newId: NewId;
}

/** The stream of an order, and that of its buyer. */
export const streamsOf = ({ id, buyerId }: Pick<Order, 'id' | 'buyerId'>) => ({
  stream: orderStream(id),
  alsoIn: buyerId === null ? [] : [userStream(buyerId)],
});

/** Takes a locked order a step further on somebody's request; throws when the step is not allowed. */
export async function changeStatus(
  stores: StepTools,
  order: Order,
  step: Step,
  deps: StepDeps,
): Promise<Order> {
  assertCanBecome(order.status, step.to);
  return takeStep(stores, order, step, deps);
}

/**
 * Takes a locked order one permitted step further, together with each seller's part, the next requests about
 * its payments, and its timeline; notifies its subscribers. Returns the order in its new state.
 */
export async function takeStep(
  stores: StepTools,
  order: Order,
  { to, reason, now, actorId = null }: Step,
  deps: StepDeps,
): Promise<Order> {
  const { id, number, buyerId, status: from } = order;
  if (!canBecome(from, to)) throw new Error(`Order ${id} is ${from} and cannot be ${to}.`);
  const changed: Order = {
    ...order,
    status: to,
    reason,
    version: order.version + 1,
    reservedUntil: reservedUntil(to, now, deps.config.reservationMinutes),
    updatedAt: now,
  };
  await stores.orders.setStatus(changed);
  await stores.events.append({
    type: 'orders.OrderStatusChanged',
    ...streamsOf(order),
    payload: { orderId: id, number, buyerId, from, to, ...toldReason(reason) },
  });
  if (to !== 'PENDING') {
    const kind = reason?.code === 'NOT_PAID_IN_TIME' ? 'EXPIRED' : to;
    const { remark, shortages } = reason ?? {};
    const details = shortages ? { shortages } : {};
    await note(stores, deps, { order, kind, actorId, now, remark, details });
  }
  await changeParts(stores, changed, now);
  return settlePayments(stores, changed, now, deps);
}

/** The form of a reason in events: somebody's comment, and the rest as data. */
const toldReason = (reason: StatusReason | null) => ({
  reason: reason?.remark ?? null,
  cause: reason && { code: reason.code, shortages: [...(reason.shortages ?? [])] },
});

/** Cancels a locked order; products receives the event and releases the stock. */
export async function callOff(
  stores: StepTools,
  order: Order,
  step: Omit<Step, 'to'>,
  deps: StepDeps,
): Promise<void> {
  await lockStreamsOf(stores, order);
  await changeStatus(stores, order, { ...step, to: 'CANCELLED' }, deps);
  await stores.discounts.giveBack(order.id);
  const { id: orderId, number, buyerId } = order;
  await stores.events.append({
    type: 'orders.OrderCancelled',
    stream: orderStream(orderId),
    payload: { orderId, number, buyerId, reason: step.reason?.remark ?? null },
  });
}
