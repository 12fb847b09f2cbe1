import type { ActivityRecord, RateLimit } from '@souk/runtime/backplane';
import type { Clock, NewId } from '@souk/runtime/domain';
import type {
  LiveStreams,
  OpenValue,
  RunTransaction,
  SealValue,
  TransactionTools,
} from '@souk/runtime/events';
import type { Logger } from '@souk/runtime/process';
import type { DevicePlatform } from '../domain/device.ts';
import type { UnsubscribeTokens } from '../mail/unsubscribe-tokens.ts';
import type { Stores } from '../persistence/stores.ts';

/** What a use case works with. */
export interface NotificationsDeps {
  transaction: RunTransaction<Stores>;
  /** Stores outside any transaction. */
  reads: Stores;
  live: Pick<LiveStreams, 'sequenceOf'>;
  rateLimit: RateLimit;
  logger: Logger;
  clock: Clock;
  newId: NewId;
  /** How long a message may stay unread before its mail, for who says nothing else. */
  missedMailDelaySeconds: number;
  unsubscribeTokens: UnsubscribeTokens;
  /** Makes unreadable what is kept to be read by us alone. */
  sealValue: SealValue;
  openValue: OpenValue;
  /** How many codes leave by text message in a day, whoever asks; null where none do. */
  smsCodesADay: number | null;
  /** The platforms whose devices are sent to. */
  platforms: readonly DevicePlatform[];
  /** Hosts that browsers' endpoints are of, or are below; empty where any may be. */
  pushServices: readonly string[];
  /** Whether addresses of our own net may be sent to. */
  allowPrivate: boolean;
}

/** What putting something into inboxes takes, besides a transaction. */
export type NotifyDeps = Pick<NotificationsDeps, 'clock' | 'newId' | 'missedMailDelaySeconds'>;

/** What it takes to decide whether a notice leaves now. */
export interface DecideDeps {
  stores: Stores;
  activity: ActivityRecord;
  clock: Clock;
}

export type TransactionStores = Stores & TransactionTools;

/** On whose behalf. */
export interface Actor {
  userId: string;
  /** The session that asks. */
  sessionId: string;
}
