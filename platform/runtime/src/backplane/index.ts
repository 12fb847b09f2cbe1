/** What processes share while they run: topics, jobs, presence, caches, rates; on Redis or in-process. */

export { type ActivityRecord, createActivityRecord } from './activity-record.ts';
export type {
  Allowance,
  Backplane,
  Cache,
  ConnectedUser,
  JobQueues,
  JobWorker,
  PresenceLease,
  PresenceRegistry,
  PublishOptions,
  PubSub,
  RateLimit,
  RateLimitAnswer,
  Unsubscribe,
} from './backplane.ts';
export {
  type ConnectionPresence,
  createConnectionPresence,
  PRESENCE_RENEW_SECONDS,
  presenceTopic,
} from './connection-presence.ts';
export { type BackplaneOptions, createBackplane } from './create-backplane.ts';
export { DEFAULT_RETRIES, type JobRetries } from './job-rules.ts';
export { createQuickCounter, type QuickCounter } from './quick-counter.ts';
export { createInProcessRateLimit, limitRate } from './rate-limit.ts';
export { type RepeatedWork, repeatWork } from './repeat-work.ts';
export { type Rest, restAfterFailure } from './rest-after-failure.ts';
export { createSettledRateLimit } from './settled-rate-limit.ts';
export { unlessAway } from './when-away.ts';
