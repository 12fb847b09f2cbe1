import { paymentPostings, salePostings } from '../../domain/ledger/ledger.ts';
import type { Order } from '../../domain/order.ts';
import { waitsForMoney } from '../../domain/order-status.ts';
import { nextCall } from '../../domain/payment/next-call.ts';
import { isExact, type Payment } from '../../domain/payment/payment.ts';
import { orderPaymentStatus } from '../../domain/payment/payment-status.ts';
import { type StepDeps, type StepTools, streamsOf, takeStep } from '../change-status.ts';
import { book } from '../ledger/book.ts';
import { note } from '../timeline.ts';

/**
 * Brings a locked order and its payments together, after either changed: money that is here pays the
 * order when its stock is set aside, and goes back by itself when the order is off or paid already; about
 * every other payment its provider is asked what the order's state calls for. Gives the order as it is then.
 */
export async function settlePayments(
  stores: StepTools,
  order: Order,
  now: Date,
  deps: StepDeps,
): Promise<Order> {
  const payments = await stores.payments.ofOrders([order.id]);
  const free = await takeNothing(stores, order, now, deps);
  if (payments.length === 0 || free !== order) return free;
  const paying = order.paidBy ?? firstTaken(order, payments);
  const settled: Payment[] = [];
  for (const payment of payments) {
    const isTooMuch = payment.status === 'CAPTURED' && payment.id !== paying;
    settled.push(
      isTooMuch
        ? await giveBack(stores, order, payment, now, deps)
        : await askAbout(stores, order, payment, payments, now),
    );
  }
  const isPaidNow = order.status === 'RESERVED' && order.paidBy === null && paying !== null;
  const known = { ...order, paidBy: isPaidNow ? paying : order.paidBy };
  const updated = await updatePaymentStatus(stores, known, settled, now);
  return isPaidNow ? takePayment(stores, updated, now, deps) : updated;
}

/** The payment that pays an order which waits for it; while there is no stock yet, it waits as well. */
const firstTaken = ({ status }: Order, payments: readonly Payment[]): string | null =>
  waitsForMoney(status)
    ? (payments.find((each) => each.status === 'CAPTURED' && isExact(each))?.id ?? null)
    : null;

/** An order for which there is nothing to pay is paid as soon as its stock is set aside, whatever was tried before. */
const takeNothing = async (
  stores: StepTools,
  order: Order,
  now: Date,
  deps: StepDeps,
): Promise<Order> =>
  order.totalMinor === 0 && order.status === 'RESERVED'
    ? takePayment(stores, { ...order, paymentStatus: 'PAID' }, now, deps)
    : order;

/** The order is paid: its sellers have something to send, and each what is theirs. */
async function takePayment(
  stores: StepTools,
  order: Order,
  now: Date,
  deps: StepDeps,
): Promise<Order> {
  const parts = await stores.sellerOrders.ofOrders([order.id]);
  await book(stores, deps, { of: order, postings: salePostings(parts), now });
  const lines = await stores.orders.linesOf([order.id]);
  await stores.events.append({
    type: 'orders.OrderPaid',
    ...streamsOf(order),
    payload: {
      orderId: order.id,
      number: order.number,
      buyerId: order.buyerId,
      lines: lines.map(({ id, variantId, productId, sellerId, quantity }) => ({
        lineId: id,
        variantId,
        productId,
        sellerId,
        quantity,
      })),
    },
  });
  const paid = await takeStep(stores, order, { to: 'PAID', reason: null, now }, deps);
  await stores.sales.add(lines, order.buyerId);
  return paid;
}

/** A payment that came too late, beside another one, or with another amount, goes back whole. */
async function giveBack(
  stores: StepTools,
  order: Order,
  payment: Payment,
  now: Date,
  deps: StepDeps,
): Promise<Payment> {
  const { id: paymentId, currency } = payment;
  const amountMinor = payment.heldMinor ?? payment.amountMinor;
  const refunded: Payment = {
    ...payment,
    status: 'REFUNDED',
    refundedMinor: amountMinor,
    captureAskedAt: null,
    nextCallAt: null,
    updatedAt: now,
  };
  await stores.payments.save(refunded);
  const cause = isExact(payment) ? ('TOO_LATE' as const) : ('WRONG_AMOUNT' as const);
  await stores.refunds.insert(
    {
      id: deps.newId('rfd'),
      orderId: order.id,
      paymentId,
      sellerOrderId: null,
      currency,
      amountMinor,
      looseMinor: amountMinor,
      reason: null,
      status: 'PENDING',
      nextCallAt: now,
      attempts: 0,
      failures: 0,
      createdAt: now,
    },
    [],
  );
  await book(stores, deps, { of: order, postings: paymentPostings(amountMinor), now });
  await note(stores, deps, { order, kind: 'REFUNDED', details: { cause }, now });
  return refunded;
}

/** Has a provider asked about a payment, if there is anything to ask by now. */
async function askAbout(
  stores: StepTools,
  order: Order,
  payment: Payment,
  payments: readonly Payment[],
  now: Date,
): Promise<Payment> {
  // What was never begun, and is not wanted any more, is let go at once.
  const isIdle = payment.status === 'PENDING' && payment.attempts === 0;
  const status = isIdle && !waitsForMoney(order.status) ? 'VOIDED' : payment.status;
  const asks = status === payment.status && nextCall(payment, order, payments) !== null;
  // One that is asked about already keeps its time: its last attempt may be going on.
  const nextCallAt = asks ? (payment.nextCallAt ?? now) : null;
  const isSame =
    status === payment.status && nextCallAt?.getTime() === payment.nextCallAt?.getTime();
  if (isSame) return payment;
  const asked: Payment = { ...payment, status, nextCallAt, updatedAt: now };
  await stores.payments.save(asked);
  return asked;
}

/** Writes how the money of an order stands, when that is something new. */
async function updatePaymentStatus(
  stores: StepTools,
  order: Order,
  payments: readonly Payment[],
  now: Date,
): Promise<Order> {
  const counted = payments.filter(({ id, status }) =>
    order.paidBy === null ? status !== 'REFUNDED' : id === order.paidBy,
  );
  const paymentStatus = orderPaymentStatus(counted.map(({ status }) => status));
  if (paymentStatus === order.paymentStatus) return order;
  const changed = { ...order, paymentStatus, version: order.version + 1, updatedAt: now };
  await stores.orders.setStatus(changed);
  return changed;
}
