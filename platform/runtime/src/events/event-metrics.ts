import type { JobQueues } from '../backplane/backplane.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { stateMetric } from '../telemetry/metrics.ts';
import type { SubgraphName } from './define-event.ts';
import { confirmationQueueOf, eventQueueOf } from './queues.ts';

const QUEUE = 'messaging_destination_name';
/**
 * How many events of a consumer are looked at. A consumer that is behind has millions, and every scrape asks again. Ids are in
 * order of time, so the oldest event is among the first of them.
 */
export const MOST_COUNTED = 10_000;

const relayLag = stateMetric({
  name: 'souk_event_relay_lag_seconds',
  help: 'For how long the oldest event that is due has not been handed to a queue',
  labels: ['subgraph_name'],
});
const inboxLag = stateMetric({
  name: 'souk_event_inbox_lag_seconds',
  help: 'How old the oldest event is that a consumer has not confirmed',
  labels: ['subgraph_name', 'consumer'],
});
const unconfirmed = stateMetric({
  name: 'souk_event_unconfirmed',
  help: `Events that a consumer has not confirmed; no more than ${MOST_COUNTED} are counted`,
  labels: ['subgraph_name', 'consumer'],
});
const backlog = stateMetric({
  name: 'messaging_queue_backlog',
  help: 'Jobs waiting, delayed or at work',
  labels: [QUEUE],
});
const dead = stateMetric({
  name: 'messaging_queue_dead',
  help: 'Jobs that used up their attempts; npm run events lists them',
  labels: [QUEUE],
});

interface LagRow {
  consumer: string;
  waiting: number;
  inbox: number;
  relay: number;
}

/** The consumers are found one after the other along the index, not by reading all rows. */
const LAG = `WITH RECURSIVE behind AS (
    SELECT min(consumer) AS consumer FROM event_delivery
    UNION ALL
    SELECT (SELECT min(d.consumer) FROM event_delivery d WHERE d.consumer > behind.consumer)
    FROM behind WHERE behind.consumer IS NOT NULL
  )
  SELECT behind.consumer, first.waiting,
    greatest(0, extract(epoch FROM now() - first.occurred_at))::float8 AS inbox,
    greatest(0, coalesce(extract(epoch FROM now() - (SELECT min(due_at) FROM event_delivery)), 0))::float8 AS relay
  FROM behind CROSS JOIN LATERAL (
    SELECT count(*)::int AS waiting, min(occurred_at) AS occurred_at FROM (
      SELECT d.occurred_at FROM event_delivery d WHERE d.consumer = behind.consumer
      ORDER BY d.event_id LIMIT ${MOST_COUNTED}
    ) d
  ) first
  WHERE first.waiting > 0`;

/** Measures how far a subgraph's relay and consumers are behind; returns a function that stops it. */
export function watchEvents(
  subgraph: SubgraphName,
  db: SqlExecutor,
  jobs: Pick<JobQueues, 'backlog' | 'deadCount'>,
): () => void {
  const name = { subgraph_name: subgraph };
  // Three metrics are read at the same time and share one statement.
  let asked: Promise<LagRow[]> | null = null;
  const rows = async (): Promise<LagRow[]> => {
    asked ??= Promise.resolve(db.$queryRawUnsafe<LagRow[]>(LAG));
    try {
      return await asked;
    } finally {
      asked = null;
    }
  };
  const queues = [eventQueueOf(subgraph), confirmationQueueOf(subgraph)];
  const readings = [
    relayLag.readFrom(async (say) => {
      const lags = (await rows()).map(({ relay }) => relay);
      say(Math.max(0, ...lags), name);
    }),
    inboxLag.readFrom(async (say) => {
      for (const { consumer, inbox } of await rows()) say(inbox, { ...name, consumer });
    }),
    unconfirmed.readFrom(async (say) => {
      for (const { consumer, waiting } of await rows()) say(waiting, { ...name, consumer });
    }),
    ...queues.flatMap((queue) => [
      backlog.readFrom(async (say) => say(await jobs.backlog(queue), { [QUEUE]: queue })),
      dead.readFrom(async (say) => say(await jobs.deadCount(queue), { [QUEUE]: queue })),
    ]),
  ];
  return () => {
    for (const stop of readings) stop();
  };
}
