import { type OrderStatus, waitsForMoney } from '../order-status.ts';
import { isExact, type Payment } from './payment.ts';

/** What a provider has to be asked about a payment. */
export type ProviderCall = 'BEGIN' | 'CAPTURE' | 'VOID';

type Known = Pick<
  Payment,
  'id' | 'status' | 'attempts' | 'captureAskedAt' | 'heldMinor' | 'amountMinor'
>;

/**
 * What to ask about a payment next, given the state of its order; null when there is nothing to ask. Of an
 * order's payments only one is ever captured: once the provider may have been asked for one, no other is,
 * until it is known to have failed. A payment that is authorized but no longer wanted, or has not the amount
 * to be paid, is cancelled; if it had been captured already, the answer to that says so.
 */
export function nextCall(
  payment: Known,
  order: { status: OrderStatus },
  all: readonly Known[],
): ProviderCall | null {
  const { status } = payment;
  const isWanted = waitsForMoney(order.status);
  if (status === 'PENDING') {
    // It is not known whether an earlier attempt reached the provider: it is repeated before the payment is
    // cancelled.
    return isWanted || payment.attempts > 0 ? 'BEGIN' : null;
  }
  if (status === 'ACTION_REQUIRED') return isWanted ? null : 'VOID';
  if (status !== 'AUTHORIZED') return null;
  if (!isWanted || !isExact(payment) || all.some(hasPaid)) return 'VOID';
  if (payment.captureAskedAt !== null) return 'CAPTURE';
  const isOtherAsked = all.some(
    (other) => other.id !== payment.id && other.captureAskedAt !== null && !hasFailed(other),
  );
  return order.status === 'RESERVED' && !isOtherAsked ? 'CAPTURE' : null;
}

const hasPaid = (payment: Known) =>
  payment.status === 'PARTIALLY_REFUNDED' || (payment.status === 'CAPTURED' && isExact(payment));

/** It no longer pays for anything: it failed, or the money was returned. */
const hasFailed = ({ status }: Known) =>
  status === 'FAILED' || status === 'VOIDED' || status === 'REFUNDED';

const FIRST_PAUSE_MS = 1_000;
/**
 * A process that dies while asking leaves its payment for this long: less than the minute in which everything
 * must continue.
 */
const LONGEST_PAUSE_MS = 30_000;

/** When to ask again after this many attempts without an answer. */
export const nextAttemptAt = (attempts: number, now: Date): Date =>
  new Date(
    now.getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10)),
  );
