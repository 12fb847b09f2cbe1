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

/** The dependencies of use cases. */
export interface NotificationsDeps {
  transaction: RunTransaction<Stores>;
  /** Stores outside any transaction. */
  reads: Stores;
  live: Pick<LiveStreams, 'sequenceOf'>;
  rateLimit: RateLimit;
  logger: Logger;
  clock: Clock;
  newId: NewId;
  /** How long a message may stay unread before its mail, for people who have not set it. */
  missedMailDelaySeconds: number;
  unsubscribeTokens: UnsubscribeTokens;
  /** Encrypts what only we may read. */
  sealValue: SealValue;
  openValue: OpenValue;
  /** How many codes are sent by text message in a day, over all people; null if none are. */
  smsCodesADay: number | null;
  /** The platforms that can be sent to. */
  platforms: readonly DevicePlatform[];
  /** Hosts (with their subdomains) that the endpoints of browsers may have; empty for any. */
  pushServices: readonly string[];
  /** Whether addresses of our own network may be sent to. */
  allowPrivate: boolean;
}

/** What is needed to add something to inboxes, besides a transaction. */
export type NotifyDeps = Pick<NotificationsDeps, 'clock' | 'newId' | 'missedMailDelaySeconds'>;

/** What is needed to decide whether a notice is sent now. */
export interface DecideDeps {
  stores: Stores;
  activity: ActivityRecord;
  clock: Clock;
}

export type TransactionStores = Stores & TransactionTools;

/** The person on whose behalf it runs. */
export interface Actor {
  userId: string;
  /** The session that asks. */
  sessionId: string;
}
