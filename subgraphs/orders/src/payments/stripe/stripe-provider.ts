import type Stripe from 'stripe';
import type { PaymentMethod, ProviderAnswer } from '../../domain/payment/payment.ts';
import type { PaymentProvider } from '../payment-provider.ts';
import { isCountedAlike } from './stripe-amounts.ts';
import { answerOf } from './stripe-answers.ts';

export const STRIPE = 'stripe';

const CARD: PaymentMethod = { code: 'stripe_card', label: 'Card', kind: 'CARD', iconUrl: null };

export interface StripeSettings {
  secretKey: string;
  /** Signs Stripe's messages to us. */
  webhookSecret: string;
  /** Where its API is. */
  apiUrl: string;
}

/** Which payment of ours an intent is for: of others' intents in the same account we know nothing. */
const KEY = 'souk_key';
const TIMEOUT_MS = 10_000;

/**
 * Takes money by Stripe's payment intents: one for each payment, taken by hand once the stock is set aside,
 * and confirmed by the client with Stripe's own page or library. What is asked twice is done once: by Stripe's
 * idempotency keys for as long as it keeps them (a day), and after that by what it has in its books.
 */
export function createStripeProvider(settings: StripeSettings): PaymentProvider {
  let opened: Promise<Stripe> | undefined;
  const open = () => {
    opened ??= connect(settings);
    return opened;
  };
  const find = async (reference: string) =>
    answerOf(await (await open()).paymentIntents.retrieve(reference));
  /** What Stripe would not do, it may have done before: how the payment stands by now is the answer. */
  const orAsItIs = async (reference: string, change: () => Promise<Stripe.PaymentIntent>) => {
    try {
      return answerOf(await change());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return find(reference);
    }
  };
  return {
    name: STRIPE,
    methods: (currency) => (isCountedAlike(currency) ? [CARD] : []),
    begin: async ({ key, amountMinor, currency, orderNumber }) => {
      const stripe = await open();
      try {
        const intent = await stripe.paymentIntents.create(
          {
            ...{ amount: amountMinor, currency: currency.toLowerCase() },
            ...{ capture_method: 'manual', payment_method_types: ['card'] },
            ...{
              description: `Order ${orderNumber}`,
              metadata: { [KEY]: key, order: orderNumber },
            },
          },
          { idempotencyKey: key },
        );
        return answerOf(intent);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return refused(key, error);
      }
    },
    find,
    capture: ({ key, reference }) =>
      orAsItIs(reference, async () =>
        (await open()).paymentIntents.capture(reference, {}, { idempotencyKey: key }),
      ),
    release: ({ key, reference }) =>
      orAsItIs(reference, async () =>
        (await open()).paymentIntents.cancel(reference, {}, { idempotencyKey: key }),
      ),
    refund: async ({ key, reference, amountMinor }) => {
      const stripe = await open();
      const known = await stripe.refunds.list({ payment_intent: reference, limit: 100 });
      if (
        known.data.some(({ metadata, status }) => metadata?.[KEY] === key && status !== 'failed')
      ) {
        return;
      }
      await stripe.refunds.create(
        { payment_intent: reference, amount: amountMinor, metadata: { [KEY]: key } },
        { idempotencyKey: key },
      );
    },
    read: async ({ headers, body }) => {
      const stripe = await open();
      const signature = headers['stripe-signature'] ?? '';
      const event = stripe.webhooks.constructEvent(body, signature, settings.webhookSecret);
      if (!event.type.startsWith('payment_intent.')) return null;
      const { id, metadata } = event.data.object as Stripe.PaymentIntent;
      return metadata?.[KEY] === undefined ? null : { reference: id };
    },
  };
}

/** Read when it is first needed: a process that takes no money by Stripe never loads it. */
async function connect({ secretKey, apiUrl }: StripeSettings): Promise<Stripe> {
  const { default: StripeApi } = await import('stripe');
  const { protocol, hostname, port } = new URL(apiUrl);
  return new StripeApi(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port && { port }),
    // Whoever asks writes down that it asks, and asks again by itself.
    maxNetworkRetries: 0,
    timeout: TIMEOUT_MS,
    telemetry: false,
  });
}

interface Refusal {
  type: string;
  code?: string;
  decline_code?: string;
  message: string;
}

/** What Stripe understood and would not do; everything else it has not answered. */
const isRefusal = (error: unknown): error is Refusal => {
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return type === 'StripeCardError' || type === 'StripeInvalidRequestError';
};

/** There is no intent: the payment is named by its key. */
const refused = (key: string, { code, decline_code, message }: Refusal): ProviderAnswer => ({
  ...{ reference: `refused_${key}`, status: 'FAILED' },
  failure: { code: decline_code ?? code ?? 'refused', message },
});
