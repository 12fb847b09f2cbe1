import type { JobQueues } from '../backplane/backplane.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { stateMetric } from '../telemetry/metrics.ts';
import type { SubgraphName } from './define-event.ts';
import { confirmationQueueOf, eventQueueOf } from './queues.ts';

const QUEUE = 'messaging_destination_name';
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
  help: 'Events that a consumer has not confirmed',
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

/** Read completely, with all its rows: each is an event that somebody still has to handle. */
const LAG = `SELECT consumer, count(*)::int AS waiting,
    greatest(0, extract(epoch FROM now() - min(occurred_at)))::float8 AS inbox,
    greatest(0, coalesce(extract(epoch FROM now() - min(due_at)), 0))::float8 AS relay
  FROM event_delivery GROUP BY consumer`;

/** Measures how far a subgraph's relay and consumers are behind; returns a function that stops it. */
export function watchEvents(subgraph: SubgraphName, db: SqlExecutor, jobs: JobQueues): () => void {
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
