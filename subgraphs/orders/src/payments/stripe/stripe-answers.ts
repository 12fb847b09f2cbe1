import type Stripe from 'stripe';
import type { ProviderAnswer } from '../../domain/payment/payment.ts';
import type { RefundAnswer } from '../payment-provider.ts';

/** The fields of a payment intent that are read. */
export type Intent = Pick<
  Stripe.PaymentIntent,
  | 'id'
  | 'status'
  | 'amount'
  | 'amount_capturable'
  | 'amount_received'
  | 'client_secret'
  | 'metadata'
>;

/**
 * The state of an intent, in the terms of the port. For one that waits for a payment method, its buyer, or a
 * bank, the client has to continue: a declined card leaves it open for the next, so it has not failed.
 */
export function answerOf(intent: Intent): ProviderAnswer {
  const { id: reference, status } = intent;
  switch (status) {
    case 'requires_capture':
      return { reference, status: 'AUTHORIZED', heldMinor: intent.amount_capturable };
    case 'succeeded':
      return { reference, status: 'CAPTURED', heldMinor: intent.amount_received };
    case 'canceled':
      return { reference, status: 'VOIDED' };
    default:
      return {
        reference,
        status: 'ACTION_REQUIRED',
        action: { kind: 'CONFIRM', url: null, clientSecret: intent.client_secret, expiresAt: null },
      };
  }
}

/** The state of a refund: banks may take days, and then find that the card is gone. */
export function refundAnswerOf({ status }: Pick<Stripe.Refund, 'status'>): RefundAnswer {
  if (status === 'failed' || status === 'canceled') return 'FAILED';
  return status === 'succeeded' ? 'DONE' : 'PENDING';
}
