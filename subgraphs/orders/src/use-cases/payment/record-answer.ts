import type { Payment, ProviderAnswer } from '../../domain/payment/payment.ts';
import { canPaymentBecome } from '../../domain/payment/payment-status.ts';
import { streamsOf } from '../change-status.ts';
import type { OrdersDeps } from '../deps.ts';
import { lockBooksOf } from '../lock-around-order.ts';
import { note } from '../timeline.ts';
import { settlePayments } from './settle-payments.ts';

/**
 * Writes down what a provider says of a payment, and what comes of it for the order. What it says
 * twice, late, or in another order than it happened is no step from where the payment is, and changes
 * nothing.
 */
export async function recordAnswer(
  {
    transaction,
    clock,
    config,
    newId,
  }: Pick<OrdersDeps, 'transaction' | 'clock' | 'config' | 'newId'>,
  paymentId: string,
  { reference, status, heldMinor, failure, action }: ProviderAnswer,
): Promise<void> {
  await transaction(async (stores) => {
    const [known] = await stores.payments.findMany([paymentId]);
    const order = known && (await stores.orders.lock(known.orderId));
    const [payment] = order ? await stores.payments.findMany([paymentId]) : [];
    if (!order || !payment) return;
    const now = clock();
    const isStep = canPaymentBecome(payment.status, status);
    if (!isStep && payment.reference !== null) return;
    const answered: Payment = {
      ...payment,
      reference: payment.reference ?? reference,
      ...(isStep && {
        status,
        heldMinor: heldMinor ?? payment.heldMinor,
        failureCode: failure?.code ?? null,
        failureReason: failure?.message ?? null,
        action: status === 'ACTION_REQUIRED' ? (action ?? null) : null,
      }),
      attempts: 0,
      nextCallAt: null,
      updatedAt: now,
    };
    await stores.payments.save(answered);
    if (!isStep) return;
    // Money that is here may pay the order, and becomes its sellers'.
    if (status === 'CAPTURED') await lockBooksOf(stores, order);
    const { id: orderId, number, buyerId } = order;
    await stores.events.append({
      type: 'orders.PaymentUpdated',
      ...streamsOf(order),
      payload: { orderId, number, buyerId, paymentId, status },
    });
    if (status === 'FAILED') {
      const remark = failure?.message;
      await note(stores, { newId }, { order, kind: 'PAYMENT_FAILED', remark, now });
    }
    await settlePayments(stores, order, now, { config, newId });
  });
}
