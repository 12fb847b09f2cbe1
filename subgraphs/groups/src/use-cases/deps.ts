import type { RateLimit } from '@souk/runtime/backplane';
import type { Clock, NewId } from '@souk/runtime/domain';
import type { RunTransaction, SealValue } from '@souk/runtime/events';
import type { GroupsConfig } from '../config.ts';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface GroupsDeps {
  transaction: RunTransaction<Stores>;
  /** Outside any transaction. */
  reads: Stores;
  clock: Clock;
  newId: NewId;
  config: GroupsConfig;
  rateLimit: RateLimit;
  sealValue: SealValue;
}

/** On whose behalf. */
export interface Actor {
  userId: string;
}
