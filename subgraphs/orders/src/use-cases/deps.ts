import type { Clock, NewId, RunTransaction } from '@souk/runtime';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface OrdersDeps {
  transaction: RunTransaction<Stores>;
  clock: Clock;
  newId: NewId;
  /** Makes the number that people read to each other. */
  newOrderNumber: () => string;
}
