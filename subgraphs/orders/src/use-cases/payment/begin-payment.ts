import { unknownPaymentMethod } from '../../domain/errors.ts';
import type { Order } from '../../domain/order.ts';
import type { Payment, PaymentMethod } from '../../domain/payment/payment.ts';
import type { PaymentProvider } from '../../payments/payment-provider.ts';
import type { OrdersDeps, OrdersTransaction } from '../deps.ts';

export interface ChosenMethod {
  provider: PaymentProvider;
  method: PaymentMethod;
}

/** The provider of a payment method; throws when there is none. */
export function methodOf(
  { payments }: Pick<OrdersDeps, 'payments'>,
  code: string,
  currency: string,
  path: readonly string[] = ['input', 'paymentMethodCode'],
): ChosenMethod {
  const offered = payments.offering(code, currency);
  if (!offered) throw unknownPaymentMethod(path);
  return offered;
}

/** Records that a locked order is to be paid; its provider is asked after the commit. */
export async function beginPayment(
  { clock, newId }: Pick<OrdersDeps, 'clock' | 'newId'>,
  { payments }: Pick<OrdersTransaction, 'payments'>,
  order: Pick<Order, 'id' | 'currency' | 'totalMinor'>,
  { provider, method, returnUrl }: ChosenMethod & { returnUrl: string | null },
): Promise<string> {
  const now = clock();
  const payment: Payment = {
    id: newId('pay'),
    orderId: order.id,
    provider: provider.name,
    reference: null,
    methodCode: method.code,
    methodKind: method.kind,
    methodLabel: method.label,
    status: 'PENDING',
    currency: order.currency,
    amountMinor: order.totalMinor,
    heldMinor: null,
    refundedMinor: 0,
    failureCode: null,
    failureReason: null,
    action: null,
    returnUrl,
    captureAskedAt: null,
    nextCallAt: now,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  };
  await payments.insert(payment);
  return payment.id;
}
