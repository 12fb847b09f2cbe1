import { TEST_EVENT_KEYS } from '@souk/testkit';
import { testSettings } from '@souk/testkit/settings-contract';
import { expect, test } from 'vitest';
import { loadConfig, loadOwnConfig, settings } from '../src/index.ts';

testSettings({
  name: 'products',
  loadConfig,
  settings,
  envExample: new URL('../.env.example', import.meta.url),
  needed: { PRODUCTS_OPENING_KEYS: TEST_EVENT_KEYS.opening.products },
  wrong: { SELLERS: 'anybody' },
  defaults: { port: 4002, sellers: 'open', commissionBasisPoints: 1000 },
});

test('products can be embedded with the rest given; only selling is their own', () => {
  expect(loadOwnConfig({})).toMatchObject({ sellers: 'open', commissionBasisPoints: 1000 });
  expect(loadOwnConfig({ SELLERS: 'granted' })).toMatchObject({
    ...{ sellers: 'granted', commissionBasisPoints: 1000 },
  });
});
