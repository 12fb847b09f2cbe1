import type { Clock, NewId } from '@souk/runtime/domain';
import type { LiveStreams, RunTransaction, TransactionTools } from '@souk/runtime/events';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface NotificationsDeps {
  transaction: RunTransaction<Stores>;
  live: Pick<LiveStreams, 'sequenceOf'>;
  clock: Clock;
}

/** What putting something into inboxes takes, besides a transaction. */
export interface NotifyDeps {
  clock: Clock;
  newId: NewId;
  /** How long a message may stay unread before its mail. */
  missedMailDelaySeconds: number;
}

export type TransactionStores = Stores & TransactionTools;

/** On whose behalf. */
export interface Actor {
  userId: string;
}
