import { failureFields } from '@souk/runtime/persistence';
import { warnCounted } from '@souk/runtime/process';
import type { Order } from '../../domain/order.ts';
import { nextAttemptAt, nextCall, type ProviderCall } from '../../domain/payment/next-call.ts';
import type { Payment, ProviderAnswer } from '../../domain/payment/payment.ts';
import type { PaymentProvider } from '../../payments/payment-provider.ts';
import type { OrdersDeps } from '../deps.ts';
import { recordAnswer } from './record-answer.ts';

interface Asked {
  call: ProviderCall;
  payment: Payment;
  order: Order;
}

/** A payment never needs more steps: it is begun, captured or cancelled, and checked once more. */
const MOST_CALLS = 5;

/**
 * Asks a provider for everything that a payment needs, until there is nothing left to ask. Each request is
 * recorded before it is sent, and has a key of its own: a process may die at any point, and whoever repeats
 * it asks for the same. A provider that does not answer is asked again later.
 *
 * @param dueOnly skips payments about which somebody else is asking at this moment
 */
export async function advancePayment(
  deps: OrdersDeps,
  paymentId: string,
  { dueOnly = false } = {},
): Promise<void> {
  for (let calls = 0; calls < MOST_CALLS; calls += 1) {
    const asked = await claim(deps, paymentId, dueOnly);
    if (!asked) return;
    const answer = await answerOf(deps, asked);
    if (!answer) return;
    await recordAnswer(deps, paymentId, answer);
  }
}

/** Records that the provider is being asked now, and what. */
async function claim(
  { transaction, clock }: OrdersDeps,
  paymentId: string,
  dueOnly: boolean,
): Promise<Asked | null> {
  return transaction(async (stores) => {
    const [known] = await stores.payments.findMany([paymentId]);
    const order = known && (await stores.orders.lock(known.orderId));
    if (!order) return null;
    const all = await stores.payments.ofOrders([order.id]);
    const payment = all.find(({ id }) => id === paymentId);
    const now = clock();
    if (!payment || (dueOnly && (payment.nextCallAt === null || payment.nextCallAt > now))) {
      return null;
    }
    const call = nextCall(payment, order, all);
    const attempts = call === null ? payment.attempts : payment.attempts + 1;
    const asked: Payment = {
      ...payment,
      attempts,
      nextCallAt: call === null ? null : nextAttemptAt(attempts, now),
      captureAskedAt: call === 'CAPTURE' ? (payment.captureAskedAt ?? now) : payment.captureAskedAt,
      updatedAt: now,
    };
    await stores.payments.save(asked);
    return call === null ? null : { call, payment: asked, order };
  });
}

/** The provider's answer; null when it does not answer. */
async function answerOf(
  { payments, logger }: OrdersDeps,
  { call, payment, order }: Asked,
): Promise<ProviderAnswer | null> {
  try {
    return await ask(payments.named(payment.provider), call, payment, order.number);
  } catch (err) {
    const details = { ...failureFields(err), paymentId: payment.id, call };
    warnCounted(logger, `${payment.provider} did not answer`, details);
    return null;
  }
}

function ask(
  provider: PaymentProvider,
  call: ProviderCall,
  { id, reference, methodCode, amountMinor, currency, returnUrl }: Payment,
  orderNumber: string,
): Promise<ProviderAnswer> {
  const key = `${id}:${call}`;
  if (call === 'BEGIN') {
    return provider.begin({ key, methodCode, amountMinor, currency, returnUrl, orderNumber });
  }
  if (reference === null) throw new Error(`Payment ${id} was begun and has no reference.`);
  return call === 'CAPTURE'
    ? provider.capture({ key, reference, amountMinor, currency })
    : provider.release({ key, reference });
}
