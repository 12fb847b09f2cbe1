import { type OrderStatus, waitsForMoney } from '../order-status.ts';
import { isExact, type Payment } from './payment.ts';

/** What is to be asked of a provider about a payment. */
export type ProviderCall = 'BEGIN' | 'CAPTURE' | 'VOID';

type Known = Pick<
  Payment,
  'id' | 'status' | 'attempts' | 'captureAskedAt' | 'heldMinor' | 'amountMinor'
>;

/**
 * What to ask about a payment next, by how its order stands; null when there is nothing to ask. Of an
 * order's payments only one is ever taken: once the provider may have been asked for one, no other is,
 * until it is known to have failed. What is authorized and no longer wanted, or not the amount that is to be
 * paid, is let go; should it have been
 * taken already, the answer to that tells.
 */
export function nextCall(
  payment: Known,
  order: { status: OrderStatus },
  all: readonly Known[],
): ProviderCall | null {
  const { status } = payment;
  const isWanted = waitsForMoney(order.status);
  if (status === 'PENDING') {
    // Whether an earlier attempt reached the provider is not known: it is asked again before it is let go.
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

/** It pays nothing any more: it failed, or what came went back. */
const hasFailed = ({ status }: Known) =>
  status === 'FAILED' || status === 'VOIDED' || status === 'REFUNDED';

const FIRST_PAUSE_MS = 1_000;
/** A process that dies while it asks leaves its payment for so long: less than the minute in which all is to go on. */
const LONGEST_PAUSE_MS = 30_000;

/** When to ask again after so many attempts that brought no answer. */
export const nextAttemptAt = (attempts: number, now: Date): Date =>
  new Date(
    now.getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10)),
  );
