import type pg from 'pg';
import type { Job, JobQueues } from '../backplane/backplane.ts';
import {
  enterSpan,
  type OpenSpan,
  SpanKind,
  traceAfter,
  traceparentOf,
} from '../telemetry/tracing.ts';
import type { SubgraphName } from './define-event.ts';
import { EVENT_COLUMNS, type EventRow, eventFromRow } from './event-log.ts';
import { eventQueueOf } from './queues.ts';

/** Deliveries in one transaction. */
export const BATCH = 200;

export interface HandOverTimes {
  /** Milliseconds until an event that was handed over and not confirmed is handed over again. */
  againMs: number;
  /** It doubles with each time, up to this. */
  againAtMostMs: number;
}

/** However long a consumer was away: what a process that is killed left unconfirmed is handled again within a minute. */
export const defaultTimes: HandOverTimes = { againMs: 10_000, againAtMostMs: 40_000 };

/**
 * Gives one batch of what is due to the consumers' queues, oldest first; resolves to how many. Rows
 * are put off in the transaction that locked them, after the queues took them: a crash in between
 * hands them over again, and consumers expect that. What a queue still knows it takes once.
 */
export async function handOverBatch(
  pool: pg.Pool,
  jobs: JobQueues,
  { againMs, againAtMostMs }: HandOverTimes,
): Promise<number> {
  const client = await pool.connect();
  const spans: OpenSpan[] = [];
  try {
    await client.query('BEGIN');
    // LATERAL with a LIMIT keeps each event a look into one index of one day, whatever is guessed.
    const { rows } = await client.query<EventRow & { consumer: SubgraphName }>(
      `SELECT due.consumer, event.*
       FROM (SELECT consumer, position, stream, sequence, occurred_at FROM event_delivery
             WHERE due_at <= now() ORDER BY due_at, position LIMIT $1 FOR UPDATE SKIP LOCKED) due
       CROSS JOIN LATERAL (
         SELECT ${EVENT_COLUMNS}
         FROM event_record WHERE stream = due.stream AND sequence = due.sequence
           AND occurred_at = due.occurred_at LIMIT 1) event
       ORDER BY due.position`,
      [BATCH],
    );
    for (const consumer of new Set(rows.map((row) => row.consumer))) {
      const deliveries = rows.filter((row) => row.consumer === consumer);
      const queue = eventQueueOf(consumer);
      const sent = deliveries.map((row) => {
        const span = handOverSpan(row, queue);
        if (span) spans.push(span);
        return jobOf(row, span);
      });
      await jobs.add(queue, sent);
    }
    if (rows.length > 0) {
      await client.query(
        `UPDATE event_delivery SET times = times + 1,
           due_at = now() + make_interval(secs => least($4::float, $3::float * 2 ^ least(times, 30)) / 1000)
         FROM unnest($1::text[], $2::text[]) AS given (consumer, event_id)
         WHERE event_delivery.consumer = given.consumer AND event_delivery.event_id = given.event_id`,
        [rows.map(({ consumer }) => consumer), rows.map(({ id }) => id), againMs, againAtMostMs],
      );
    }
    await client.query('COMMIT');
    for (const span of spans) span.end();
    return rows.length;
  } catch (error) {
    for (const span of spans) span.end(error);
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** A step of the trace that the event was recorded in, if it was. */
const handOverSpan = ({ id, type, traceparent }: EventRow, queue: string): OpenSpan | null =>
  traceparent === null
    ? null
    : enterSpan(`send ${queue}`, traceAfter(traceparent), SpanKind.PRODUCER, {
        'messaging.system': 'bullmq',
        'messaging.operation.type': 'send',
        'messaging.destination.name': queue,
        'messaging.message.id': id,
        'souk.event.type': type,
      });

/** An event that was handled may be asked for again: its confirmation was lost, or is on its way. */
const jobOf = (row: EventRow, span: OpenSpan | null): Job => {
  const traceparent = traceparentOf(span?.context);
  const event = { ...eventFromRow(row), ...(traceparent && { traceparent }) };
  return { id: event.id, name: event.type, data: event, forgetOnceDone: true };
};
