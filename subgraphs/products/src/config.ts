import { type ConfigOf, oneOf, readConfig } from '@souk/runtime/process';
import { processSettings } from '@souk/runtime/subgraph';
import { SELLING_MODES } from './domain/permissions.ts';

export const DEFAULT_PORT = 4002;

/** Settings of products besides those of every process. */
const ownSettings = {
  /** `open`: every account may list products. `granted`: those with the role SELLER. */
  sellers: oneOf('SELLERS', SELLING_MODES, 'open'),
};

export type ProductsConfig = ConfigOf<typeof ownSettings>;

export const settings = { ...processSettings('products', DEFAULT_PORT), ...ownSettings };

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Products' own settings alone, for whoever embeds them and brings the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): ProductsConfig =>
  readConfig(env, ownSettings);
