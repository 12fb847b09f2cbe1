import type { Clock, NewId, SignedLinks } from '@souk/runtime/domain';
import type { OpenValue, RunTransaction } from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { ProductsConfig } from '../config.ts';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface ProductsDeps {
  transaction: RunTransaction<Stores>;
  clock: Clock;
  newId: NewId;
  config: ProductsConfig;
  openValue: OpenValue;
  reads: Stores;
  /** Creates links to documents that are generated when they are read. */
  links: SignedLinks;
  logger: Logger;
}
