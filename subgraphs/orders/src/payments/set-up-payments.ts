import { randomBytes } from 'node:crypto';
import type { Clock } from '@souk/runtime/domain';
import type { OrdersConfig } from '../config.ts';
import { type Payments, paymentsOf } from './payments.ts';
import { createTestProvider, type OnTestPayments, type TestProvider } from './test-provider.ts';

/** The providers that the configuration names. */
export function setUpPayments(
  config: Pick<OrdersConfig, 'payments' | 'testPaymentSecret'>,
  { on, clock }: { on: OnTestPayments; clock: Clock },
): { payments: Payments; testProvider: TestProvider | null } {
  const isTest = config.payments === 'test';
  const messageSecret = config.testPaymentSecret ?? `whsec_${randomBytes(24).toString('base64')}`;
  const testProvider = isTest ? createTestProvider(on, { clock, messageSecret }) : null;
  return { payments: paymentsOf(testProvider ? [testProvider] : []), testProvider };
}
