import type { Logger } from '@souk/runtime/process';
import type Stripe from 'stripe';
import type { PaymentMethod, ProviderAnswer } from '../../domain/payment/payment.ts';
import type { PaymentProvider } from '../payment-provider.ts';
import { isCountedAlike } from './stripe-amounts.ts';
import { answerOf, refundAnswerOf } from './stripe-answers.ts';

export const STRIPE = 'stripe';

const CARD: PaymentMethod = { code: 'stripe_card', label: 'Card', kind: 'CARD', iconUrl: null };

export interface StripeSettings {
  secretKey: string;
  /** Signs Stripe's messages to us. */
  webhookSecret: string;
  /** Where its API is. */
  apiUrl: string;
}

/** The payment of ours that an intent belongs to: intents of others in the same account are ignored. */
const KEY = 'souk_key';
const TIMEOUT_MS = 10_000;

const isAboutRefund = (type: string) =>
  type.startsWith('refund.') || type === 'charge.refund.updated';

/**
 * Takes money through Stripe's payment intents: one for each payment, captured manually once the stock is
 * reserved, and confirmed by the client with Stripe's own library. Repeated requests are executed once, by
 * Stripe's idempotency keys, which it keeps for a day. After that its records say whether money was captured,
 * released or refunded; an intent that is created a second time takes nothing, since nobody was given the
 * secret of the first.
 */
export function createStripeProvider(
  settings: StripeSettings,
  { logger }: { logger: Logger },
): PaymentProvider {
  let opened: Promise<Stripe> | undefined;
  const open = () => {
    opened ??= connect(settings);
    return opened;
  };
  const find = async (reference: string) =>
    answerOf(await (await open()).paymentIntents.retrieve(reference));
  /** What Stripe refused to do, it may have done before: the current state of the payment is the answer. */
  const orAsItIs = async (reference: string, change: () => Promise<Stripe.PaymentIntent>) => {
    try {
      return answerOf(await change());
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return find(reference);
    }
  };
  const findRefund: PaymentProvider['findRefund'] = async ({ key, reference }) => {
    const { refunds } = await open();
    for await (const known of refunds.list({ payment_intent: reference, limit: 100 })) {
      if (known.metadata?.[KEY] === key) return refundAnswerOf(known);
    }
    return null;
  };
  const warnOf = ({ type, code, message: detail }: Refusal, key: string, what: string) =>
    logger.warn({ key, type, code, detail }, what);
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
        warnOf(error, key, 'Stripe would not begin a payment');
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
    findRefund,
    refund: async ({ key, reference, amountMinor }) => {
      const known = await findRefund({ key, reference });
      if (known !== null) return known;
      try {
        const made = await (await open()).refunds.create(
          { payment_intent: reference, amount: amountMinor, metadata: { [KEY]: key } },
          { idempotencyKey: key },
        );
        return refundAnswerOf(made);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        warnOf(error, key, 'Stripe would not pay back');
        return 'FAILED';
      }
    },
    read: async ({ headers, body }) => {
      const stripe = await open();
      const signature = headers['stripe-signature'] ?? '';
      const event = stripe.webhooks.constructEvent(body, signature, settings.webhookSecret);
      const { id, metadata } = event.data.object as Pick<Stripe.PaymentIntent, 'id' | 'metadata'>;
      const key = metadata?.[KEY];
      // Requests of others in the same account are ignored.
      if (key === undefined) return null;
      if (isAboutRefund(event.type)) return { refundKey: key };
      return event.type.startsWith('payment_intent.')
        ? { reference: id, paymentId: key.split(':')[0] ?? key }
        : null;
    },
  };
}

/** Loaded when first needed: a process that does not use Stripe never loads it. */
async function connect({ secretKey, apiUrl }: StripeSettings): Promise<Stripe> {
  const { default: StripeApi } = await import('stripe');
  const { protocol, hostname, port } = new URL(apiUrl);
  return new StripeApi(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port && { port }),
    // The caller records the request and repeats it by itself.
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

/** Requests that Stripe understood and refused; all other errors count as no answer. */
const isRefusal = (error: unknown): error is Refusal => {
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return type === 'StripeCardError' || type === 'StripeInvalidRequestError';
};

/**
 * There is no intent: the payment is identified by its key. What Stripe says about a card is for its holder;
 * everything else is for the operator, and only logged.
 */
const refused = (key: string, refusal: Refusal): ProviderAnswer => ({
  ...{ reference: `refused_${key}`, status: 'FAILED' },
  failure:
    refusal.type === 'StripeCardError'
      ? { code: declineCodeOf(refusal), message: refusal.message }
      : { code: 'not_accepted', message: 'This order cannot be paid this way.' },
});

/** Stripe requires that the holder of such a card only learns that it was declined. */
const KEPT_FROM_HOLDERS = new Set(['fraudulent', 'lost_card', 'pickup_card', 'stolen_card']);

const declineCodeOf = ({ decline_code: declineCode, code }: Refusal): string => {
  const told = declineCode ?? code ?? 'card_declined';
  return KEPT_FROM_HOLDERS.has(told) ? 'card_declined' : told;
};
