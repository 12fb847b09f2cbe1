import type Stripe from 'stripe';
import type { ProviderAnswer } from '../../domain/payment/payment.ts';
import type { RefundAnswer } from '../payment-provider.ts';

/** What of a payment intent is read; the rest of it is Stripe's. */
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
 * What an intent says, in the port's words. One that waits for a way to pay, for its buyer, or for a bank is
 * for its client to go on with: a declined card leaves it open for the next, so it has not failed.
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

/** How a refund stands: banks may take days for one, and find then that the card is gone. */
export function refundAnswerOf({ status }: Pick<Stripe.Refund, 'status'>): RefundAnswer {
  if (status === 'failed' || status === 'canceled') return 'FAILED';
  return status === 'succeeded' ? 'DONE' : 'PENDING';
}
