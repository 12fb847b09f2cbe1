import { isIdOf } from '@souk/runtime/domain';
import { failureFields } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import { paymentNotFound } from '../../domain/errors.ts';
import { countPayment } from '../count-orders.ts';
import type { Client, OrdersDeps } from '../deps.ts';
import { isBuyer } from '../guest-access.ts';
import { advancePayment } from './advance-payment.ts';
import { recordAnswer } from './record-answer.ts';

export interface CompletePaymentInput {
  paymentId: string;
  guestToken?: string | null;
}

/**
 * Asks the provider for the state of a payment after its client did what was required: also from another tab,
 * and whether or not the provider's message has arrived.
 */
export async function completePayment(
  deps: OrdersDeps,
  client: Client,
  { paymentId, guestToken }: CompletePaymentInput,
): Promise<{ orderId: string; paymentId: string }> {
  const { reads, clock, payments } = deps;
  const { viewer } = client;
  await countPayment(deps, client);
  const [payment] = isIdOf('pay', paymentId) ? await reads.payments.findMany([paymentId]) : [];
  const [order] = payment ? await reads.orders.findMany([payment.orderId]) : [];
  if (!payment || !order || !(await isBuyer(reads, { viewer, guestToken }, order, clock()))) {
    throw paymentNotFound(['paymentId']);
  }
  if (payment.reference !== null) {
    // A provider that is away is asked again later; the payment is returned as far as it is known.
    const answer = await payments
      .named(payment.provider)
      .find(payment.reference)
      .catch((err: unknown) => {
        warnCounted(deps.logger, `${payment.provider} did not answer`, {
          ...failureFields(err),
          paymentId,
        });
        return null;
      });
    if (answer) await recordAnswer(deps, paymentId, answer);
  }
  await advancePayment(deps, paymentId, { dueOnly: true });
  return { orderId: order.id, paymentId };
}
