import type { Clock, NewId } from '@souk/runtime/domain';
import type { RunTransaction } from '@souk/runtime/events';
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
