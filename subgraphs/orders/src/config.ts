import { type ConfigOf, integer, processSettings, readConfig } from '@souk/runtime';

export const DEFAULT_PORT = 4003;

/** What orders can be told besides what every process is told. */
const ownSettings = {
  /** How long stock is set aside for an order that is not paid, and how long one may be PENDING. */
  reservationMinutes: integer('RESERVATION_MINUTES', 24 * 60, { min: 1, max: 525_600 }),
};

export type OrdersConfig = ConfigOf<typeof ownSettings>;

export const settings = { ...processSettings('orders', DEFAULT_PORT), ...ownSettings };

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Orders' own settings alone, for whoever embeds them and brings the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): OrdersConfig =>
  readConfig(env, ownSettings);
