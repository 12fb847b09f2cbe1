import { randomBytes } from 'node:crypto';
import type { Clock } from '@souk/runtime/domain';
import { ConfigError, type Logger } from '@souk/runtime/process';
import type { OrdersConfig } from '../config.ts';
import { type Payments, paymentsOf } from './payments.ts';
import { createStripeProvider, type StripeSettings } from './stripe/stripe-provider.ts';
import { createTestProvider, type OnTestPayments, type TestProvider } from './test-provider.ts';

type PaymentConfig = Pick<
  OrdersConfig,
  'payments' | 'testPaymentSecret' | 'stripeSecretKey' | 'stripeWebhookSecret' | 'stripeUrl'
>;

/** The providers named by the configuration. */
export function setUpPayments(
  config: PaymentConfig,
  { on, clock, logger }: { on: OnTestPayments; clock: Clock; logger: Logger },
): { payments: Payments; testProvider: TestProvider | null } {
  if (config.payments === 'stripe') {
    return {
      payments: paymentsOf([createStripeProvider(stripeOf(config), { logger })]),
      testProvider: null,
    };
  }
  if (config.payments === 'none') return { payments: paymentsOf([]), testProvider: null };
  const messageSecret = config.testPaymentSecret ?? `whsec_${randomBytes(24).toString('base64')}`;
  const testProvider = createTestProvider(on, { clock, messageSecret });
  return { payments: paymentsOf([testProvider]), testProvider };
}

function stripeOf({
  stripeSecretKey,
  stripeWebhookSecret,
  stripeUrl,
}: PaymentConfig): StripeSettings {
  if (!stripeSecretKey || !stripeWebhookSecret) {
    throw new ConfigError([
      'PAYMENTS is stripe, which needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.',
    ]);
  }
  return { secretKey: stripeSecretKey, webhookSecret: stripeWebhookSecret, apiUrl: stripeUrl };
}
