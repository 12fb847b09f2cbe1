import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Job, JobQueues } from '../backplane/backplane.ts';
import type { Logger } from '../logging.ts';
import { databasePool } from '../persistence/database-pool.ts';
import { EVENTS } from './catalog/index.ts';
import type { SubgraphName } from './define-event.ts';
import { eventFromRow, RELAY_CHANNEL, type RecordedEvent } from './event-log.ts';
import { eventQueueOf } from './queues.ts';

/**
 * Hands committed events to the queues of their consumers, at least once. Several relays of one
 * subgraph may run: each takes rows the others have not locked.
 */
export interface Relay {
  /** Relays what waits now; resolves to how many events were handed over. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

export interface RelayOptions {
  databaseUrl: string;
  jobs: JobQueues;
  logger: Logger;
  /** How often the log is looked at without being woken. */
  pollMs?: number;
}

const BATCH = 200;

export function startRelay({ databaseUrl, jobs, logger, pollMs = 1_000 }: RelayOptions): Relay {
  const pool = new pg.Pool({ ...databasePool(databaseUrl, { max: 1 }), lock_timeout: 0 });
  pool.on('error', (err) => logger.warn({ err }, 'relay lost a database connection'));
  const stopping = new AbortController();
  let wake: () => void = () => {};

  const drain = async () => {
    let total = 0;
    for (;;) {
      const handedOver = await relayBatch(pool, jobs);
      total += handedOver;
      if (handedOver < BATCH) return total;
    }
  };

  const run = async () => {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await drain();
      } catch (err) {
        if (!stopping.signal.aborted) logger.warn({ err }, 'relay will try again');
      }
      const poll = setTimeout(wake, pollMs);
      await woken;
      clearTimeout(poll);
    }
  };
  const listener = listenForEvents({
    databaseUrl,
    logger,
    signal: stopping.signal,
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

/**
 * One batch, oldest first. Rows are marked in the transaction that locked them, after the queues
 * took them: a crash in between hands them over again, and consumers expect that.
 */
async function relayBatch(pool: pg.Pool, jobs: JobQueues): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query(
      `SELECT id, position, stream, sequence, type, version, payload, occurred_at
       FROM event_record WHERE relayed_at IS NULL
       ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [BATCH],
    );
    const events = rows.map(eventFromRow);
    for (const [consumer, batch] of byConsumer(events)) {
      await jobs.add(eventQueueOf(consumer), batch.map(jobOf));
    }
    if (events.length > 0) {
      await client.query('UPDATE event_record SET relayed_at = now() WHERE id = ANY($1)', [
        events.map(({ id }) => id),
      ]);
    }
    await client.query('COMMIT');
    return events.length;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

function byConsumer(events: readonly RecordedEvent[]): Map<SubgraphName, RecordedEvent[]> {
  const batches = new Map<SubgraphName, RecordedEvent[]>();
  for (const event of events) {
    for (const consumer of EVENTS[event.type].consumedBy) {
      batches.set(consumer, [...(batches.get(consumer) ?? []), event]);
    }
  }
  return batches;
}

const jobOf = (event: RecordedEvent): Job => ({ id: event.id, name: event.type, data: event });

/** Keeps one connection listening, reconnecting for as long as it is wanted. */
async function listenForEvents(options: {
  databaseUrl: string;
  logger: Logger;
  signal: AbortSignal;
  onEvents: () => void;
}): Promise<void> {
  const { databaseUrl, logger, signal, onEvents } = options;
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true });
    try {
      await client.connect();
      client.on('notification', onEvents);
      const ended = new Promise<void>((resolve, reject) => {
        client.on('error', reject);
        client.on('end', resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await client.query(`LISTEN ${RELAY_CHANNEL}`);
      await ended;
    } catch (err) {
      logger.warn({ err }, 'relay is not being woken; polling meanwhile');
      await delay(1_000, undefined, { signal }).catch(() => {});
    } finally {
      await client.end().catch(() => {});
    }
  }
}
