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
  /** Milliseconds until an event that was handed over but not confirmed is handed over again. */
  againMs: number;
  /** The pause doubles each time, up to this, and beyond it only as `Repetition` spreads them. */
  againAtMostMs: number;
}

/** Events a second that one relay hands over again at most. */
const MOST_REPEATS = 500;
const REPEAT_MS = 1_000 / MOST_REPEATS;

/**
 * Spreads what is handed over again and again while a consumer is away, so that neither its backlog nor the
 * events of others wait behind it: however much waits, a relay repeats `MOST_REPEATS` a second.
 */
export class Repetition {
  /** By the clock: until then, the next ones are taken up by those before them. */
  #takenUntil = 0;

  readonly #now: () => number;
  /** How many were handed over again so far. */
  count = 0;

  /** Its clock gives milliseconds that never go back. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds from now before which nothing more may become due again. */
  get pauseMs(): number {
    return Math.max(0, this.#takenUntil - this.#now());
  }

  /** Some were postponed to the end of the pause: the next ones come behind them. */
  postponed(count: number): void {
    if (count === 0) return;
    this.count += count;
    this.#takenUntil = Math.max(this.#takenUntil, this.#now()) + count * REPEAT_MS;
  }
}

/**
 * However long a consumer was away: what a killed process left unconfirmed is handled again within a minute.
 */
export const defaultTimes: HandOverTimes = { againMs: 10_000, againAtMostMs: 40_000 };

/**
 * Takes one batch of due deliveries, oldest first, and postpones them in the same statement: if the process
 * dies, or a queue loses them, they become due again; what was handed over before, not within the pause ($3) of
 * those before it, and one behind the other, $4 apart: what was handed over together would come together for ever, and
 * hold up whoever needs the same processor. LATERAL with a LIMIT makes each event one lookup in the index of one day, whatever the
 * planner estimates.
 */
const TAKE = prepared(`WITH due AS MATERIALIZED (
    SELECT consumer, event_id, position, stream, sequence, occurred_at, times FROM event_delivery
    WHERE due_at <= now() ORDER BY due_at, position LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ), put_off AS (
    UPDATE event_delivery waiting SET times = waiting.times + 1,
      due_at = now() + make_interval(secs => (greatest(
        least($2::float, $1::float * 2 ^ least(waiting.times, 30)), CASE WHEN waiting.times > 0 THEN $3::float END)
        + CASE WHEN waiting.times > 0 THEN (due.nth - 1) * $4::float ELSE 0 END) / 1000)
    FROM (SELECT *, row_number() OVER (ORDER BY position) AS nth FROM due) due
    WHERE waiting.consumer = due.consumer AND waiting.event_id = due.event_id
  )
  SELECT due.consumer, due.times, event.* FROM due CROSS JOIN LATERAL (
    SELECT ${EVENT_COLUMNS} FROM event_record
    WHERE stream = due.stream AND sequence = due.sequence AND occurred_at = due.occurred_at LIMIT 1) event
  ORDER BY due.position`);

/** Deliveries that no queue accepted are due again at once, as if nobody had taken them. */
const GIVE_BACK = prepared(`UPDATE event_delivery SET times = times - 1, due_at = now()
  FROM unnest($1::text[], $2::text[]) AS given (consumer, event_id)
  WHERE event_delivery.consumer = given.consumer AND event_delivery.event_id = given.event_id`);

type Due = EventRow & { consumer: SubgraphName; times: number };

/**
 * Puts one batch of due deliveries into the consumers' queues; resolves to their number. After a crash in
 * between, or when queues lose them, they are handed over again, which consumers expect. A queue accepts a
 * job it still knows only once.
 */
export async function handOverBatch(
  sql: Pick<SqlStatements, '$queryRawUnsafe' | '$executeRawUnsafe'>,
  jobs: Pick<JobQueues, 'add'>,
  { againMs, againAtMostMs }: HandOverTimes,
  repetition: Repetition,
): Promise<number> {
  const { pauseMs } = repetition;
  const rows = (await sql.$queryRawUnsafe(
    TAKE,
    againMs,
    againAtMostMs,
    pauseMs,
    REPEAT_MS,
  )) as Due[];
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
      // What no queue accepted is not postponed either, however often it is tried while Redis is away.
      repetition.postponed(deliveries.filter(({ times }) => times > 0).length);
    }
    for (const span of spans) span.end();
    return rows.length;
  } catch (error) {
    for (const span of spans) span.end(error);
    const given = [...left];
    const consumers = given.map(({ consumer }) => consumer);
    const ids = given.map(({ id }) => id);
    // If the database is away as well, they become due again in time.
    await sql.$executeRawUnsafe(GIVE_BACK, consumers, ids).catch(() => {});
    throw error;
  }
}

/** A step of the trace in which the event was recorded, if there is one. */
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

/** A handled event may be handed over again: its confirmation was lost, or is on its way. */
const jobOf = (row: EventRow, span: OpenSpan | null): Job => {
  const traceparent = traceparentOf(span?.context);
  const event = { ...eventFromRow(row), ...(traceparent && { traceparent }) };
  return { id: event.id, name: event.type, data: event, forgetOnceDone: true };
};
