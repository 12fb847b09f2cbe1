/** The event catalogue, the transactional log, its relay and consumers, and streams that resume. */

export { assertOwnAvatar, missingMedia } from './awaited-media.ts';
export { EVENTS, type EventName, type PayloadOf } from './catalog/index.ts';
export { mailboxOf } from './catalog/mailbox-of.ts';
export {
  NEWS_OF_CATEGORIES,
  newsOfProduct,
  newsOfSeller,
  newsOfStock,
} from './catalog/products.ts';
export {
  CATALOG_STREAM,
  CATEGORIES_STREAM,
  cartStream,
  exportStream,
  groupStream,
  ORDERS_STREAM,
  orderStream,
  productStream,
  roomStream,
  sellerOrderStream,
  sellerStream,
  userStream,
} from './catalog/streams.ts';
export {
  type Consumer,
  createInbox,
  type Delivery,
  defineConsumer,
  startConsumers,
} from './consumers.ts';
export { EVENTS_USAGE, EventsUsageError, eventsCommand } from './dead-events.ts';
export { SUBGRAPHS, type SubgraphName } from './define-event.ts';
export {
  appendedWith,
  createEventLog,
  createEventLogReader,
  type EventLog,
  type EventLogReader,
  type EventOfChange,
  type LoggedChange,
  type NewEvent,
  type RecordedEvent,
} from './event-log.ts';
export type { GatheredRows } from './gather-account-data.ts';
export type { HandOverTimes } from './hand-over.ts';
export { tidyUp } from './housekeeping.ts';
export {
  createLiveStreams,
  type LiveStreams,
  MAX_REPLAY,
  type StreamItem,
  type StreamResetReason,
} from './live-streams.ts';
export { eventOfHint, type StreamHint, typeTopic } from './live-topics.ts';
export { A_FEW_LOOKS, lookUntil } from './look-until.ts';
export type { NewsMarks } from './news-marks.ts';
export { eventQueueOf, MAIL_QUEUE, queuesOf } from './queues.ts';
export { startRelay } from './relay.ts';
export { newSealingKeys, seal, sealingKeyOf, unseal } from './sealed-data.ts';
export {
  createOpenValue,
  createSealValue,
  isSealedFor,
  type OpenValue,
  SEALED_FOR,
  type Sealed,
  type SealedFor,
  type SealingKeys,
  type SealValue,
} from './sealed-values.ts';
export {
  type AffectedViewers,
  bareMark,
  isBareMark,
  marked,
  readMark,
  type StreamMark,
} from './stream-marks.ts';
export type { StreamRun, StreamSet } from './stream-set.ts';
export { createTransactor, type RunTransaction, type TransactionTools } from './transaction.ts';
