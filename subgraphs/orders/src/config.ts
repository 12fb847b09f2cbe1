import { processSettings, readConfig } from '@souk/runtime';

export const DEFAULT_PORT = 4003;

/** Orders have no settings besides what every process is told. */
export type OrdersConfig = Readonly<Record<never, never>>;

export const settings = processSettings('orders', DEFAULT_PORT);

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);
