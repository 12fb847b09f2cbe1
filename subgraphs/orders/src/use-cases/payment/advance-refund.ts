import { repaymentPostings } from '../../domain/ledger/ledger.ts';
import { nextAttemptAt } from '../../domain/payment/next-call.ts';
import type { OrdersDeps } from '../deps.ts';
import { book } from '../ledger/book.ts';

/**
 * Has a provider pay back what was decided to go back: asked with the refund's own key until it is done,
 * so it is paid back once however often it is asked.
 */
export async function advanceRefund(deps: OrdersDeps, refundId: string): Promise<void> {
  const { transaction, clock, payments, logger } = deps;
  const claimed = await transaction(async (stores) => {
    const [known] = await stores.refunds.findMany([refundId]);
    if (!known) return null;
    await stores.orders.lock(known.orderId);
    const [refund] = await stores.refunds.findMany([refundId]);
    const now = clock();
    if (!refund || refund.nextCallAt === null || refund.nextCallAt > now) return null;
    const attempts = refund.attempts + 1;
    const nextCallAt = nextAttemptAt(attempts, now);
    await stores.refunds.setProgress({ ...refund, attempts, nextCallAt });
    const [payment] = await stores.payments.findMany([refund.paymentId]);
    return payment?.reference ? { refund, payment, reference: payment.reference } : null;
  });
  if (!claimed) return;
  const { refund, payment, reference } = claimed;
  const { amountMinor, currency } = refund;
  try {
    const provider = payments.named(payment.provider);
    await provider.refund({ key: refund.id, reference, amountMinor, currency });
  } catch (err) {
    logger.warn({ err, refundId }, 'a payment provider did not pay back');
    return;
  }
  await transaction(async (stores) => {
    const order = await stores.orders.lock(refund.orderId);
    const [now] = await stores.refunds.findMany([refundId]);
    if (!order || now?.status !== 'PENDING') return;
    await stores.refunds.setProgress({ ...now, status: 'DONE', nextCallAt: null });
    const postings = repaymentPostings(amountMinor);
    await book(stores, deps, { of: order, postings, now: clock() });
  });
}
