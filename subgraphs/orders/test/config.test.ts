import { silentLogger } from '@souk/runtime/process';
import { TEST_SEALING_KEYS } from '@souk/testkit';
import { testSettings } from '@souk/testkit/settings-contract';
import { expect, test } from 'vitest';
import { loadOwnConfig } from '../src/config.ts';
import { loadConfig, settings } from '../src/index.ts';
import { setUpPayments } from '../src/payments/set-up-payments.ts';

testSettings({
  name: 'orders',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: { EVENT_SEALING_KEYS: TEST_SEALING_KEYS },
  defaults: { port: 4003 },
});

test('a provider that is named and not set up ends the process before it takes an order', () => {
  const named = { ...loadOwnConfig({ PAYMENTS: 'stripe', STRIPE_SECRET_KEY: 'sk_test_x' }) };
  const nothing = {
    on: () => Promise.reject(new Error('unused')),
    clock: () => new Date(),
    logger: silentLogger,
  };
  expect(() => setUpPayments(named, nothing)).toThrow('STRIPE_WEBHOOK_SECRET');
});
