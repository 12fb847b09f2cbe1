import { CURRENCIES } from '@souk/runtime/domain';
import {
  type ConfigOf,
  integer,
  oneOf,
  optional,
  readConfig,
  text,
  url,
} from '@souk/runtime/process';
import { documentSettings, processSettings, sealingSettings } from '@souk/runtime/subgraph';
import { priceTables } from './price-tables.ts';

export const DEFAULT_PORT = 4003;

/** Settings of orders in addition to those of every process. */
const ownSettings = {
  /** The currency of an empty cart. */
  defaultCurrency: oneOf('DEFAULT_CURRENCY', CURRENCIES, 'EUR'),
  /** Who takes the money: nobody, the built-in provider that moves none, or Stripe. */
  payments: oneOf('PAYMENTS', ['none', 'test', 'stripe'], 'none'),
  stripeSecretKey: optional(text('STRIPE_SECRET_KEY', undefined, 'sk_test_…')),
  /** Signs Stripe's messages to `/payment-messages/stripe`. */
  stripeWebhookSecret: optional(text('STRIPE_WEBHOOK_SECRET', undefined, 'whsec_…')),
  stripeUrl: url('STRIPE_URL', 'https://api.stripe.com'),
  /** Signs the messages of the test provider; a random one for each process by default. */
  testPaymentSecret: optional(text('TEST_PAYMENT_SECRET', undefined, 'whsec_…')),
  /** Delivery prices and taxes. */
  priceTables: priceTables(),
  /** Where a guest sees an order; `{number}` and `{token}` stand for the order's number and the token. */
  guestOrderUrl: text('GUEST_ORDER_URL', 'http://localhost:3000/orders/{number}?token={token}'),
  /** Where clients reach `/documents/`: the statements of payouts. */
  ...documentSettings(DEFAULT_PORT),
  /** Days after which a seller may be paid for a sale, since buyers may want their money back. */
  payoutDelayDays: integer('PAYOUT_DELAY_DAYS', 14, { min: 0, max: 365 }),
  /** How long stock is reserved for an unpaid order, and how long an order may be PENDING. */
  reservationMinutes: integer('RESERVATION_MINUTES', 24 * 60, { min: 1, max: 525_600 }),
  /** Carts that may be created without an account from one address within it. */
  cartsPerWindow: integer('ORDER_CARTS_PER_WINDOW', 200, { min: 1, max: 1_000_000 }),
  /** Orders a buyer may place within the window of orders. */
  ordersPerWindow: integer('ORDERS_PER_WINDOW', 100, { min: 1, max: 1_000_000 }),
  /** Lines of orders without effect after which a buyer learns nothing more about stock within it. */
  futileLinesPerWindow: integer('ORDER_FUTILE_LINES_PER_WINDOW', 100, { min: 1, max: 1_000_000 }),
  /** Wrong discount codes after which no more can be tried within the window. */
  wrongCodesPerWindow: integer('ORDER_WRONG_CODES_PER_WINDOW', 20, { min: 1, max: 1_000_000 }),
  /** Payments begun and checked within it. */
  paymentsPerWindow: integer('ORDER_PAYMENTS_PER_WINDOW', 600, { min: 1, max: 1_000_000 }),
  /** Codes for guests' orders that one person may request by mail within it. */
  guestAccessPerWindow: integer('ORDER_GUEST_ACCESS_PER_WINDOW', 20, { min: 1, max: 1_000_000 }),
  orderWindowSeconds: integer('ORDER_WINDOW_SECONDS', 3_600, { min: 1, max: 604_800 }),
};

export type OrdersConfig = ConfigOf<typeof ownSettings>;

export const settings = {
  ...processSettings('orders', DEFAULT_PORT),
  ...sealingSettings,
  ...ownSettings,
};

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Only orders' own settings, for a caller that embeds it and provides the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): OrdersConfig =>
  readConfig(env, ownSettings);
