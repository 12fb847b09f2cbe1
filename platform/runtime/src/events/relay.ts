import { setTimeout as delay } from 'node:timers/promises';
import type { JobQueues } from '../backplane/backplane.ts';
import { reasonOf } from '../persistence/database-errors.ts';
import { databasePool } from '../persistence/database-pool.ts';
import {
  logLostConnections,
  type OnLost,
  openClient,
  openPool,
} from '../persistence/postgres-connections.ts';
import { sqlStatementsOn } from '../persistence/sql-statements.ts';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { endOrAbort } from './end-or-abort.ts';
import { RELAY_CHANNEL } from './event-log.ts';
import { BATCH, defaultTimes, type HandOverTimes, handOverBatch, Repetition } from './hand-over.ts';

/**
 * Hands committed events to the queues of their consumers, at least once, and again until they are
 * confirmed. Several relays of one subgraph may run: each takes rows the others have not locked.
 */
export interface Relay {
  /** Hands over what is due now; resolves to the number of events. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

export interface RelayOptions {
  databaseUrl: string;
  jobs: JobQueues;
  logger: Logger;
  /** How often the log is checked without being woken. */
  pollMs?: number;
  times?: HandOverTimes;
  /** Milliseconds between two batches: events committed meanwhile are handed over together. */
  gatherMs?: number;
  /** Called with each SQL statement as it is sent; tests count them. */
  onStatement?: (sql: string) => void;
}

/** Milliseconds until a lost listening connection is reopened; the log is polled meanwhile. */
const RELISTEN_MS = 1_000;
/**
 * While something is handed over again the relay looks for more of it this often, in milliseconds. What waits
 * until somebody says something comes in a crowd then, and holds up their message.
 */
const REPEATING_MS = 50;
/** Milliseconds from being woken until events are handed over: who follows their streams is served before that. */
const YIELD_MS = 5;

export function startRelay({
  databaseUrl,
  jobs,
  logger,
  pollMs = 1_000,
  times = defaultTimes,
  gatherMs = 20,
  onStatement,
}: RelayOptions): Relay {
  const onLost = logLostConnections(logger);
  const warn = countedWarning(logger, 'the relay could not hand events over; it will try again');
  const settings = databasePool(databaseUrl, { max: 1, byIndexes: true });
  const pool = openPool({ ...settings, lock_timeout: 0 }, onLost);
  const sql = sqlStatementsOn(pool, onStatement);
  const repetition = new Repetition();
  const stopping = new AbortController();
  const { signal } = stopping;
  let wake: () => void = () => {};

  const drain = async () => {
    let total = 0;
    for (;;) {
      const handedOver = await handOverBatch(sql, jobs, times, repetition);
      total += handedOver;
      if (handedOver < BATCH) return total;
    }
  };

  const run = async () => {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const repeatedBefore = repetition.count;
      try {
        const handedOver = await drain();
        if (handedOver > 0) await delay(gatherMs, undefined, { signal }).catch(() => {});
      } catch (error) {
        if (!signal.aborted) warn({ reason: reasonOf(error) });
      }
      // Like everything periodic, it uses an interval, which tests can stop to show that notifications alone
      // suffice.
      const isRepeating = repetition.count > repeatedBefore;
      const polling = setInterval(wake, isRepeating ? Math.min(REPEATING_MS, pollMs) : pollMs);
      await woken;
      clearInterval(polling);
      await delay(YIELD_MS, undefined, { signal }).catch(() => {});
    }
  };
  const listener = listenForEvents({
    databaseUrl,
    onLost,
    signal,
    onEvents: () => wake(),
  });
  const running = run();

  return {
    drain,
    close: async () => {
      stopping.abort();
      wake();
      await Promise.all([running, listener]);
      await pool.end();
    },
  };
}

/** Keeps one connection listening, and reconnects for as long as it is wanted. */
async function listenForEvents(options: {
  databaseUrl: string;
  onLost: OnLost;
  signal: AbortSignal;
  onEvents: () => void;
}): Promise<void> {
  const { databaseUrl, onLost, signal, onEvents } = options;
  while (!signal.aborted) {
    const { connectionTimeoutMillis } = databasePool(databaseUrl);
    const client = openClient(
      { connectionString: databaseUrl, keepAlive: true, connectionTimeoutMillis },
      onLost,
    );
    const connection = { isOver: false };
    client.once('end', () => {
      connection.isOver = true;
    });
    client.on('notification', onEvents);
    try {
      await client.connect();
      await client.query(`LISTEN ${RELAY_CHANNEL}`);
      // Events that were appended while nobody listened have woken nobody.
      onEvents();
      if (!connection.isOver) await endOrAbort(client, signal);
    } catch (error) {
      onLost(error as Error);
    } finally {
      await client.end().catch(() => {});
    }
    await delay(RELISTEN_MS, undefined, { signal }).catch(() => {});
  }
}
