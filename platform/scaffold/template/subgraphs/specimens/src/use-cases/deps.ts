import type { Clock, NewId, RunTransaction } from '@souk/runtime';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface SpecimensDeps {
  transaction: RunTransaction<Stores>;
  clock: Clock;
  newId: NewId;
}

/** On whose behalf. */
export interface Actor {
  userId: string;
}
