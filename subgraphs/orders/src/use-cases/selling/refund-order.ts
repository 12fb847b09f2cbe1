import { badInput, type MoneyInput, moneyOf, type Viewer } from '@souk/runtime/domain';
import { partNotReady, refundTooHigh } from '../../domain/errors.ts';
import { type LineQuantity, withQuantities } from '../../domain/selling/line-quantities.ts';
import { leftOf, refundableOf, worthOfLines } from '../../domain/selling/refund-amount.ts';
import { assertRefund } from '../../domain/selling/refund-form.ts';
import type { OrdersDeps } from '../deps.ts';
import { advanceRefund } from '../payment/advance-refund.ts';
import { lockBooksOf } from '../lock-around-order.ts';
import { issueRefund, refundTotal } from './issue-refund.ts';
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

/** A seller gives money back: for lines, beside them, or both; never more than is left of what was paid. */
export async function refundOrder(
  deps: OrdersDeps,
  viewer: Viewer,
  input: RefundOrderInput,
): Promise<{ sellerOrderId: string; refundId: string; replayed: boolean }> {
  assertRefund(input);
  const request = { scope: `refundOrder:${viewer.userId}`, key: input.idempotencyKey, input };
  const { result, replayed } = await deps.transaction((stores) =>
    stores.idempotency.once(request, async () => {
      const path = ['input', 'sellerOrderId'];
      const locked = await lockPartOfSeller(stores, viewer, input.sellerOrderId, path);
      const { order, part } = locked;
      await lockBooksOf(stores, order);
      if (order.paidBy === null || part.totalMinor === 0) {
        throw partNotReady('Nothing was paid for it.', path);
      }
      const { amount, reason = null } = input;
      const restock = input.restock ?? true;
      if (amount && amount.currency !== order.currency) {
        throw badInput(`It was paid in ${order.currency}.`, ['input', 'amount', 'currency']);
      }
      const meant = withQuantities(input.lines ?? [], locked.lines, refundableOf);
      const lines = worthOfLines(meant, order.taxIncluded);
      const given = { lines, looseMinor: amount?.minorUnits ?? 0 };
      const left = leftOf(part);
      const tooHigh = refundTooHigh(moneyOf(left, order.currency), [
        'input',
        amount ? 'amount' : 'lines',
      ]);
      if (given.looseMinor > left) throw tooHigh;
      const total = refundTotal(given);
      if (total > left) throw tooHigh;
      if (total === 0) throw badInput('That is worth nothing.', ['input', 'lines']);
      const actorId = viewer.userId;
      const details = { reason, restock, actorId, now: deps.clock() };
      const refundId = await issueRefund(stores, locked, { ...given, ...details }, deps);
      return { sellerOrderId: part.id, refundId };
    }),
  );
  if (!replayed) await advanceRefund(deps, result.refundId);
  return { ...result, replayed };
}
