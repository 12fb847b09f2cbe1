import type { Backplane, JobWorker } from '../backplane/backplane.ts';
import type { Clock } from '../domain/clock.ts';
import type { NewId } from '../domain/ids/typed-id.ts';
import {
  createSignedCursors,
  createStreamCursors,
  type SignedCursors,
} from '../domain/signed-cursors.ts';
import { startTakingConfirmations } from '../events/confirmations.ts';
import { type Consumer, startConsumers } from '../events/consumers.ts';
import type { SubgraphName } from '../events/define-event.ts';
import { createEventLogReader, type EventLogReader } from '../events/event-log.ts';
import { watchEvents } from '../events/event-metrics.ts';
import { keepTidy } from '../events/housekeeping.ts';
import { createLiveStreams, type LiveStreams } from '../events/live-streams.ts';
import { createNewsMarks, type NewsMarks, tellsNews } from '../events/news-marks.ts';
import { startRelay } from '../events/relay.ts';
import { sealingKeyOf } from '../events/sealed-data.ts';
import {
  createOpenValue,
  createSealValue,
  type OpenValue,
  type SealingKeys,
  type SealValue,
} from '../events/sealed-values.ts';
import {
  createTransactor,
  type RunTransaction,
  type TransactionTools,
  transactionLimits,
} from '../events/transaction.ts';
import { assertDatabaseLocale } from '../persistence/database-locale.ts';
import type { PruneRule } from '../persistence/prune-rows.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { failureFields } from '../persistence/trouble-log.ts';
import { warnCounted } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { keepSearchCurrent } from '../search/keep-search-current.ts';
import type { KeptWords } from '../search/search-index.ts';

/** What the starter of a subgraph provides: a process, the embedded supergraph, or a test. */
export interface SubgraphDeps<Config = unknown> {
  config: Config;
  databaseUrl: string;
  backplane: Backplane;
  /** Signs cursors; the same in every process of a subgraph. */
  cursorSecret: string;
  /**
   * The keys for secrets in events: the public keys to encrypt with, and the private ones to decrypt with.
   */
  eventKeys?: { readonly sealing?: SealingKeys; readonly opening?: readonly string[] } | undefined;
  logger: Logger;
  clock: Clock;
  newId: NewId;
  /** Called with each SQL statement as it is sent; tests count them. */
  onStatement?: ((sql: string) => void) | undefined;
}

/** The part of a generated Prisma client the infrastructure stands on. */
export interface DatabaseClient<Tx extends SqlExecutor> extends SqlExecutor {
  $transaction<Result>(
    work: (tx: Tx) => Promise<Result>,
    options?: { timeout?: number; isOneStatement?: boolean },
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

export interface InfrastructureOptions<Tx extends SqlExecutor, Stores> {
  name: SubgraphName;
  client: DatabaseClient<Tx>;
  /** The subgraph's stores on a transaction, or on the client itself for plain reads. */
  storesOn: (db: Tx) => Stores;
  consumers: readonly Consumer<Stores & TransactionTools>[];
  /** The subgraph's own rows that only grow, and how long each is kept. */
  retention?: readonly PruneRule[];
  /** The words that people search by: workers keep them current. */
  searched?: (stores: Stores) => readonly KeptWords[];
  deps: SubgraphDeps;
}

/** What every subgraph stands on, assembled from its database client. */
export interface Infrastructure<Stores> {
  /** Runs a use case: stores, event log, idempotency and inbox in one transaction. */
  transaction: RunTransaction<Stores>;
  /** Stores outside any transaction, for loaders and queries. */
  reads: Stores;
  log: EventLogReader;
  live: LiveStreams;
  /** How far the news of other subgraphs have come, for consumers that keep copies. */
  news: NewsMarks;
  cursors: SignedCursors;
  /**
   * Encrypts a secret for an event or, in a subgraph that only decrypts them, for itself; throws when there
   * is no key to do so.
   */
  sealValue: SealValue;
  /** Decrypts one; throws when there is no matching key. */
  openValue: OpenValue;
  /** Starts relay, consumers, indexing and housekeeping; `extra` is closed together with them. */
  startWorker(extra?: () => JobWorker): JobWorker;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export function createInfrastructure<Tx extends SqlExecutor, Stores extends object>({
  name,
  client,
  storesOn,
  consumers,
  retention = [],
  searched,
  deps,
}: InfrastructureOptions<Tx, Stores>): Infrastructure<Stores> {
  const { backplane, logger, cursorSecret, databaseUrl, eventKeys } = deps;
  const cursors = createSignedCursors(cursorSecret);
  const log = createEventLogReader(client);
  const live = createLiveStreams({
    subgraph: name,
    log,
    pubsub: backplane.pubsub,
    cursors: createStreamCursors(name, cursors),
    logger,
  });
  const news = createNewsMarks(backplane.cache);
  const hasNews = tellsNews(name);
  const transaction = createTransactor<Tx, Stores>({
    begin: (work, kind) => client.$transaction(work, { ...transactionLimits, ...kind }),
    storesOn,
    onCommitted: async (events, inTheirOwnStream) => {
      live.announce(events);
      if (!hasNews) return;
      await news
        .announce(inTheirOwnStream)
        .catch((error) =>
          warnCounted(logger, 'could not say how far news have come', failureFields(error)),
        );
    },
  });
  const opening = eventKeys?.opening ?? [];
  const sealing = {
    // A subgraph that decrypts secrets of others may encrypt for itself what it stores.
    ...(opening[0] && { [name]: sealingKeyOf(Buffer.from(opening[0], 'base64')) }),
    ...eventKeys?.sealing,
  };
  let localeChecked: Promise<void> | undefined;
  return {
    transaction,
    reads: storesOn(client as unknown as Tx),
    log,
    live,
    news,
    cursors,
    sealValue: createSealValue(sealing),
    openValue: createOpenValue(opening),
    startWorker: (extra) => {
      const { jobs } = backplane;
      const relay = startRelay({ databaseUrl, jobs, logger });
      const consuming = startConsumers<Stores & TransactionTools>({
        subgraph: name,
        consumers,
        transaction,
        jobs,
        logger,
      });
      const confirmed = startTakingConfirmations({ subgraph: name, db: client, jobs });
      const stopWatching = watchEvents(name, client, jobs);
      const stopTidying = keepTidy(client, logger, { rules: retention });
      const indexing =
        searched &&
        keepSearchCurrent(
          searched(storesOn(client as unknown as Tx)).map(({ table }, at) => ({
            table,
            reindex: (limit) =>
              transaction(async (stores) => searched(stores)[at]?.reindex(limit) ?? 0),
          })),
          logger,
        );
      const other = extra?.();
      return {
        close: async (graceMs) => {
          stopWatching();
          await Promise.all([
            consuming.close(graceMs),
            indexing?.close(graceMs),
            other?.close(graceMs),
          ]);
          await Promise.all([relay.close(), confirmed.close(graceMs), stopTidying()]);
        },
      };
    },
    ready: async () => {
      localeChecked ??= assertDatabaseLocale(client).catch((error) => {
        localeChecked = undefined;
        throw error;
      });
      await localeChecked;
      await client.$queryRawUnsafe('SELECT 1');
    },
    close: async () => {
      await live.close();
      await client.$disconnect();
    },
  };
}
