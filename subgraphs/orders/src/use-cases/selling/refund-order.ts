import { badInput, type MoneyInput, moneyOf, type Viewer } from '@souk/runtime/domain';
import { partNotReady, refundTooHigh } from '../../domain/errors.ts';
import { isBought } from '../../domain/order-status.ts';
import { type LineQuantity, withQuantities } from '../../domain/selling/line-quantities.ts';
import { leftOf, refundableOf, worthOfLines } from '../../domain/selling/refund-amount.ts';
import { assertRefund } from '../../domain/selling/refund-form.ts';
import { toShip } from '../../domain/selling/seller-order-status.ts';
import type { OrdersDeps } from '../deps.ts';
import { lockBooksOf } from '../lock-around-order.ts';
import { advanceRefund } from '../payment/advance-refund.ts';
import { callOffUnpaid, issueRefund, refundTotal } from './issue-refund.ts';
import { lockPartOfSeller } from './locked-part.ts';

export interface RefundOrderInput {
  sellerOrderId: string;
  lines?: readonly LineQuantity[] | null;
  amount?: MoneyInput | null;
  reason?: string | null;
  /** Whether what was not sent yet is for sale again; it is, unless told otherwise. */
  restock?: boolean | null;
  idempotencyKey: string;
}

/** A part is paid back in so many steps, as each is a call of a provider and a notice; then all at once. */
const MOST_REFUNDS = 50;

/**
 * A seller gives money back: for lines, beside them, or both; never more than is left of what was paid. What is
 * not sent yet is called off by it, whether or not there is any money left to go back.
 */
export async function refundOrder(
  deps: OrdersDeps,
  viewer: Viewer,
  input: RefundOrderInput,
): Promise<{ sellerOrderId: string; refundId?: string; replayed: boolean }> {
  assertRefund(input);
  const request = { scope: `refundOrder:${viewer.userId}`, key: input.idempotencyKey, input };
  const { result, replayed } = await deps.transaction((stores) =>
    stores.idempotency.once(request, async (): Promise<Refunded> => {
      const path = ['input', 'sellerOrderId'];
      const locked = await lockPartOfSeller(stores, viewer, input.sellerOrderId, path);
      const { order, part } = locked;
      await lockBooksOf(stores, order);
      if (!isBought(order.status)) throw partNotReady('It has not been paid.', path);
      const { amount, reason = null } = input;
      const restock = input.restock ?? true;
      if (amount && amount.currency !== order.currency) {
        throw badInput(`It was paid in ${order.currency}.`, ['input', 'amount', 'currency']);
      }
      const meant = withQuantities(input.lines ?? [], locked.lines, refundableOf);
      const left = leftOf(part);
      const lines = worthOfLines(meant, left, order.taxIncluded);
      const given = { lines, looseMinor: amount?.minorUnits ?? 0 };
      const total = refundTotal(given);
      if (total > left) {
        throw refundTooHigh(moneyOf(left, order.currency), ['input', 'amount']);
      }
      const actorId = viewer.userId;
      const details = { reason, restock, actorId, now: deps.clock() };
      if (total === 0) {
        const isSent = meant.some(({ line, quantity }) => quantity > toShip(line));
        if (isSent)
          throw badInput('There is nothing to refund for these lines.', ['input', 'lines']);
        await callOffUnpaid(stores, locked, { ...given, ...details }, deps);
        return { sellerOrderId: part.id };
      }
      const known = await stores.refunds.ofSellerOrders([part.id]);
      if (known.length >= MOST_REFUNDS && total < left) {
        throw partNotReady('There were too many refunds: refund everything that is left.', path);
      }
      const refundId = await issueRefund(stores, locked, { ...given, ...details }, deps);
      return { sellerOrderId: part.id, refundId };
    }),
  );
  if (!replayed && result.refundId !== undefined) await advanceRefund(deps, result.refundId);
  return { ...result, replayed };
}

interface Refunded {
  sellerOrderId: string;
  /** None where nothing went back. */
  refundId?: string;
}
