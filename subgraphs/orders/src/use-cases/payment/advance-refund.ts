import { failureFields } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import { type Posting, repaymentPostings } from '../../domain/ledger/ledger.ts';
import type { Order } from '../../domain/order.ts';
import { nextAttemptAt } from '../../domain/payment/next-call.ts';
import {
  MOST_REFUND_FAILURES,
  type Refund,
  refundKey,
  refundOfKey,
} from '../../domain/selling/refund.ts';
import type { RefundAnswer } from '../../payments/payment-provider.ts';
import { streamsOf } from '../change-status.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';
import { book } from '../ledger/book.ts';
import { partPayload, partStreams } from '../selling/change-parts.ts';
import { note } from '../timeline.ts';

/**
 * A provider may take days for a refund that it has accepted; it also sends a message when something changes.
 */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * Has a provider pay a refund that was decided: it is asked with the refund's own key until it is done, so
 * the refund is paid once however often it is asked. A refund that the provider could not carry out is begun
 * again.
 */
export async function advanceRefund(deps: OrdersDeps, refundId: string): Promise<void> {
  const { transaction, clock } = deps;
  const claimed = await transaction(async (stores) => {
    const [known] = await stores.refunds.findMany([refundId]);
    if (!known) return null;
    await stores.orders.lock(known.orderId);
    const [refund] = await stores.refunds.findMany([refundId]);
    const now = clock();
    if (!refund || refund.nextCallAt === null || refund.nextCallAt > now) return null;
    const attempts = refund.attempts + 1;
    const asked = { ...refund, attempts, nextCallAt: nextAttemptAt(attempts, now) };
    await stores.refunds.setProgress(asked);
    return asked;
  });
  if (!claimed) return;
  const answer = await ask(deps, claimed);
  if (answer !== null) await record(deps, claimed, answer);
}

/**
 * Checks the attempt that a message is about: some are found to have failed days after they were done.
 * Nothing is requested: there may be several messages about one failure, and late ones about an old attempt.
 */
export async function checkRefund(deps: OrdersDeps, key: string): Promise<void> {
  const { reads, payments } = deps;
  const attempt = refundOfKey(key);
  const [refund] = await reads.refunds.findMany([attempt.id]);
  if (!refund || refund.failures !== attempt.failures || refund.status === 'FAILED') return;
  const [payment] = await reads.payments.findMany([refund.paymentId]);
  if (!payment?.reference) return;
  const { reference } = payment;
  const answer = await payments.named(payment.provider).findRefund({ key, reference });
  if (answer !== null) await record(deps, refund, answer);
}

/** The provider's answer; null when it does not answer. */
async function ask(
  { reads, payments, logger }: OrdersDeps,
  refund: Refund,
): Promise<RefundAnswer | null> {
  const { id: refundId, amountMinor, currency } = refund;
  const [payment] = await reads.payments.findMany([refund.paymentId]);
  if (!payment?.reference) return null;
  const { reference } = payment;
  try {
    const provider = payments.named(payment.provider);
    return await provider.refund({ key: refundKey(refund), reference, amountMinor, currency });
  } catch (err) {
    warnCounted(logger, `${payment.provider} did not pay back`, {
      ...failureFields(err),
      refundId,
    });
    return null;
  }
}

/** Records the state of a refund, and books what went to the buyer or came back. */
async function record(deps: OrdersDeps, asked: Refund, answer: RefundAnswer): Promise<void> {
  const { transaction, clock, logger } = deps;
  await transaction(async (stores) => {
    const order = await stores.orders.lock(asked.orderId);
    const [refund] = await stores.refunds.findMany([asked.id]);
    // Answers about an attempt before the last one are outdated.
    if (!order || !refund || refund.failures !== asked.failures) return;
    const now = clock();
    const next = progressOf(refund, answer, now);
    if (!next) return;
    await stores.refunds.setProgress(next);
    if (next.status === 'FAILED') {
      logger.error({ refundId: refund.id }, 'a payment provider cannot pay back: a person has to');
      await announceFailure(stores, order, next, deps);
    }
    const postings = movedBy(refund, next);
    if (postings.length > 0) await book(stores, deps, { of: order, postings, now });
  });
}

/** A refund that cannot be paid is an event for those who follow the order, and stays in its timeline. */
async function announceFailure(
  stores: OrdersTransaction,
  order: Order,
  { id: refundId, sellerOrderId, paymentId }: Refund,
  deps: OrdersDeps,
): Promise<void> {
  await note(stores, deps, { order, kind: 'REFUND_FAILED', sellerOrderId, now: deps.clock() });
  const [part] = sellerOrderId === null ? [] : await stores.sellerOrders.findMany([sellerOrderId]);
  // A refund of a payment that came too late concerns no seller, and is in no seller's stream.
  if (!part) {
    const { id: orderId, number, buyerId } = order;
    await stores.events.append({
      type: 'orders.RepaymentFailed',
      ...streamsOf(order),
      payload: { orderId, number, buyerId, paymentId, refundId },
    });
    return;
  }
  await stores.events.append({
    type: 'orders.RefundFailed',
    ...partStreams(part),
    payload: { ...partPayload(order, part), refundId },
  });
}

function progressOf(refund: Refund, answer: RefundAnswer, now: Date): Refund | null {
  const isOver = refund.status === 'FAILED';
  if (isOver || (refund.status === 'DONE' && answer !== 'FAILED')) return null;
  if (answer === 'DONE') return { ...refund, status: 'DONE', nextCallAt: null };
  if (answer === 'PENDING') {
    return { ...refund, nextCallAt: new Date(now.getTime() + LOOK_AGAIN_MS) };
  }
  const failures = refund.failures + 1;
  const isLast = failures >= MOST_REFUND_FAILURES;
  return {
    ...{ ...refund, failures, status: isLast ? 'FAILED' : 'PENDING' },
    nextCallAt: isLast ? null : nextAttemptAt(failures, now),
  };
}

/**
 * The buyer's money left the provider when it was done, and returned there when that turned out to be wrong.
 */
function movedBy({ status, amountMinor }: Refund, next: Refund): Posting[] {
  if (status === 'DONE') return repaymentPostings(-amountMinor);
  return next.status === 'DONE' ? repaymentPostings(amountMinor) : [];
}
