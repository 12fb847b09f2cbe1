import { type ConfigOf, integer, oneOf, optional, readConfig, url } from '@souk/runtime/process';
import { documentSettings, openingSettings, processSettings } from '@souk/runtime/subgraph';
import { SELLING_MODES } from './domain/permissions.ts';
import { MAX_BASIS_POINTS } from './domain/seller.ts';

export const DEFAULT_PORT = 4002;

/** Settings of products in addition to those of every process. */
const ownSettings = {
  /**
   * `open`: every account may sell. `granted`: only accounts with the role SELLER, and sellers that staff
   * approved.
   */
  sellers: oneOf('SELLERS', SELLING_MODES, 'open'),
  /** The commission on sales of a new seller, in hundredths of a percent. */
  commissionBasisPoints: integer('COMMISSION_BASIS_POINTS', 1000, {
    min: 0,
    max: MAX_BASIS_POINTS,
  }),
  /** Where these processes reach imported files, instead of the origin that people are given. */
  mediaOrigin: optional(url('MEDIA_ORIGIN', undefined, 'http://users:4001')),
  /** Where clients reach `/documents/`: the reports of imports. */
  ...documentSettings(DEFAULT_PORT),
};

type Own = ConfigOf<typeof ownSettings>;

type Optional = 'mediaOrigin' | 'documentsUrl';

export type ProductsConfig = Omit<Own, Optional> & Partial<Pick<Own, Optional>>;

export const settings = {
  ...processSettings('products', DEFAULT_PORT),
  ...openingSettings('products'),
  ...ownSettings,
};

export const loadConfig = (env: NodeJS.ProcessEnv = process.env) => readConfig(env, settings);

/** Only products' own settings, for a caller that embeds it and provides the rest. */
export const loadOwnConfig = (env: NodeJS.ProcessEnv = process.env): ProductsConfig =>
  readConfig(env, ownSettings);
