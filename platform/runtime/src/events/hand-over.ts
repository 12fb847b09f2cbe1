import type { Job, JobQueues } from '../backplane/backplane.ts';
import { prepared, type SqlStatements } from '../persistence/sql-statements.ts';
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
 * Takes one batch of what is due, oldest first, and puts it off by the same statement: whoever takes it and dies, or loses
 * what it gave the queues, is made up for when it is due again. LATERAL with a LIMIT keeps each event a look into one
 * index of one day, whatever is guessed.
 */
const TAKE = prepared(`WITH due AS MATERIALIZED (
    SELECT consumer, event_id, position, stream, sequence, occurred_at FROM event_delivery
    WHERE due_at <= now() ORDER BY due_at, position LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ), put_off AS (
    UPDATE event_delivery waiting SET times = waiting.times + 1,
      due_at = now() + make_interval(secs => least($2::float, $1::float * 2 ^ least(waiting.times, 30)) / 1000)
    FROM due WHERE waiting.consumer = due.consumer AND waiting.event_id = due.event_id
  )
  SELECT due.consumer, event.* FROM due CROSS JOIN LATERAL (
    SELECT ${EVENT_COLUMNS} FROM event_record
    WHERE stream = due.stream AND sequence = due.sequence AND occurred_at = due.occurred_at LIMIT 1) event
  ORDER BY due.position`);

/** What no queue took is due again at once, as if nobody had taken it. */
const GIVE_BACK = prepared(`UPDATE event_delivery SET times = times - 1, due_at = now()
  FROM unnest($1::text[], $2::text[]) AS given (consumer, event_id)
  WHERE event_delivery.consumer = given.consumer AND event_delivery.event_id = given.event_id`);

type Due = EventRow & { consumer: SubgraphName };

/**
 * Gives one batch of what is due to the consumers' queues; resolves to how many. A crash in between leaves them to be handed
 * over again, and so do queues that lose them: consumers expect that. What a queue still knows it takes once.
 */
export async function handOverBatch(
  sql: Pick<SqlStatements, '$queryRawUnsafe' | '$executeRawUnsafe'>,
  jobs: Pick<JobQueues, 'add'>,
  { againMs, againAtMostMs }: HandOverTimes,
): Promise<number> {
  const rows = (await sql.$queryRawUnsafe(TAKE, againMs, againAtMostMs)) as Due[];
  const left = new Set(rows);
  const spans: OpenSpan[] = [];
  try {
    for (const consumer of new Set(rows.map((row) => row.consumer))) {
      const deliveries = rows.filter((row) => row.consumer === consumer);
      const queue = eventQueueOf(consumer);
      const sent = deliveries.map((row) => {
        const span = handOverSpan(row, queue);
        if (span) spans.push(span);
        return jobOf(row, span);
      });
      await jobs.add(queue, sent);
      for (const delivery of deliveries) left.delete(delivery);
    }
    for (const span of spans) span.end();
    return rows.length;
  } catch (error) {
    for (const span of spans) span.end(error);
    const given = [...left];
    const consumers = given.map(({ consumer }) => consumer);
    const ids = given.map(({ id }) => id);
    // Where the database is away as well they are due again in their time.
    await sql.$executeRawUnsafe(GIVE_BACK, consumers, ids).catch(() => {});
    throw error;
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
