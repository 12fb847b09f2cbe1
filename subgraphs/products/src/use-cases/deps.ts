import type { Clock, NewId, RunTransaction } from '@souk/runtime';
import type { ProductsConfig } from '../config.ts';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface ProductsDeps {
  transaction: RunTransaction<Stores>;
  clock: Clock;
  newId: NewId;
  config: ProductsConfig;
}
