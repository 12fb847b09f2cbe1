import type { JobQueues, JobWorker } from '../backplane/backplane.ts';
import { idsIn } from '../domain/ids/ids-in.ts';
import { isTimeOut, isUnavailable } from '../persistence/database-errors.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import type { Logger } from '../process/logging.ts';
import { RequestLines } from '../process/request-lines.ts';
import { endingWith, enterSpan, SpanKind, traceAfter } from '../telemetry/tracing.ts';
import { inWorkContext } from '../telemetry/work-context.ts';
import { EVENTS, type EventName, isEventName, type PayloadOf } from './catalog/index.ts';
import { createConfirmations } from './confirmations.ts';
import type { SubgraphName } from './define-event.ts';
import type { RecordedEvent } from './event-log.ts';
import { presentEvent } from './present-event.ts';
import { eventQueueOf } from './queues.ts';

/** An event as it reaches a consumer: possibly again, possibly out of order. */
export interface Delivery<Name extends EventName> {
  event: PayloadOf<Name>;
  /** Place in the event's stream, which prevents an older state from replacing a newer one. */
  sequence: number;
  eventId: string;
  stream: string;
  occurredAt: Date;
}

/** One reaction of one subgraph to one kind of event. */
export interface Consumer<Stores, Name extends EventName = EventName> {
  /** Unique within the subgraph, and stable: the inbox remembers handled events by this name. */
  name: string;
  consumes: Name;
  /**
   * Runs in a transaction together with its inbox entry, so its effect happens once.
   *
   * Work that may concern more people than one transaction has time for is done in parts, each in its own
   * transaction: a part resolves to the position where the next one begins, which is then passed to it as
   * `from`, and the last part resolves to undefined. The event counts as handled with its last part. After a
   * crash it starts from the beginning, so repeating a part must change nothing.
   */
  handle(
    delivery: Delivery<Name>,
    stores: Stores,
    from?: string | undefined,
    // biome-ignore lint/suspicious/noConfusingVoidType: most consumers have one part, and return nothing.
  ): Promise<string | undefined | void>;
  /**
   * For parts that do not need one another: where the part after the one at `from` begins, without doing it. A part
   * that fails then holds up none of those after it, unless one time limit after another runs out. The event fails
   * once the others are done, so it is tried again and, in the end, dead with what failed.
   */
  skip?(
    delivery: Delivery<Name>,
    stores: Stores,
    from?: string | undefined,
  ): Promise<string | undefined>;
}

/** How many failed parts of an event are reported; what many have in common is visible in these. */
const MOST_REPORTED = 20;

/** If this many parts in a row take too long, they probably wait for the same thing, and the next ones would wait as long. */
const MOST_TIME_OUTS_IN_A_ROW = 5;

export const defineConsumer =
  <Stores>() =>
  <Name extends EventName>(consumer: Consumer<Stores, Name>): Consumer<Stores> =>
    consumer as unknown as Consumer<Stores>;

/** In every transaction: remembers which events each consumer has handled. */
export interface Inbox {
  /** True when this consumer has not handled the event before. */
  admit(eventId: string, consumer: string): Promise<boolean>;
  /** Forgets what this transaction admitted: only a part of it was handled. */
  leaveOpen(eventId: string, consumer: string): Promise<void>;
}

export const createInbox = (db: SqlExecutor): Inbox => ({
  admit: async (eventId, consumer) =>
    (await db.$executeRawUnsafe(
      'INSERT INTO inbox_entry (event_id, consumer) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      eventId,
      consumer,
    )) === 1,
  leaveOpen: async (eventId, consumer) => {
    await db.$executeRawUnsafe(
      'DELETE FROM inbox_entry WHERE event_id = $1 AND consumer = $2',
      eventId,
      consumer,
    );
  },
});

export interface ConsumeOptions<Stores> {
  subgraph: SubgraphName;
  consumers: readonly Consumer<Stores>[];
  transaction: <Result>(
    work: (stores: Stores & { inbox: Inbox }) => Promise<Result>,
  ) => Promise<Result>;
  jobs: JobQueues;
  logger: Logger;
  concurrency?: number;
}

/** Starts taking events from the subgraph's queue; an event that keeps failing ends up dead. */
export function startConsumers<Stores>(options: ConsumeOptions<Stores>): JobWorker {
  const { subgraph, consumers, transaction, jobs, logger, concurrency = 8 } = options;
  const confirmations = createConfirmations({ consumer: subgraph, jobs, logger });
  const lines = new RequestLines(logger);
  const working = jobs.work(
    eventQueueOf(subgraph),
    async ({ data, attempt, addDetails }) => {
      const startedAt = performance.now();
      const recorded = reviveEvent(data);
      const { id: eventId, type, requestId } = recorded;
      addDetails({ eventId, requestId });
      const delivery = deliveryOf(recorded);
      const concerned = consumers.filter(({ consumes }) => consumes === type);
      const queue = eventQueueOf(subgraph);
      const span = enterSpan(
        `process ${queue}`,
        traceAfter(recorded.traceparent),
        SpanKind.CONSUMER,
        {
          'messaging.system': 'bullmq',
          'messaging.operation.type': 'process',
          'messaging.destination.name': queue,
          'messaging.message.id': eventId,
          'souk.event.type': type,
        },
      );
      const handle = async () => {
        for (const consumer of concerned) {
          addDetails({ consumer: consumer.name });
          await handleInParts(consumer, delivery, transaction);
        }
      };
      const useCase = { name: `on ${type}`, ids: () => idsIn(delivery.event) };
      await inWorkContext({ requestId, trace: span?.context, useCase }, () =>
        span ? endingWith(span, handle) : handle(),
      );
      confirmations.confirm(recorded);
      const ms = Math.round(performance.now() - startedAt);
      const by = concerned.map(({ name }) => name);
      lines.info({ requestId, eventId, type, by, attempt, ms }, 'event handled');
    },
    { concurrency },
  );
  return {
    close: async (graceMs) => {
      await working.close(graceMs);
      await confirmations.close();
    },
  };
}

async function handleInParts<Stores>(
  { name, handle, skip }: Consumer<Stores>,
  delivery: Delivery<EventName>,
  transaction: ConsumeOptions<Stores>['transaction'],
): Promise<void> {
  const failures: unknown[] = [];
  let failed = 0;
  let timeOutsInARow = 0;
  let from: string | undefined;
  do {
    const begin = from;
    try {
      from = await transaction(async (stores) => {
        const { inbox } = stores;
        if (!(await inbox.admit(delivery.eventId, name))) return undefined;
        const next = (await handle(delivery, stores, begin)) ?? undefined;
        if (next !== undefined || failed > 0) await inbox.leaveOpen(delivery.eventId, name);
        return next;
      });
      timeOutsInARow = 0;
    } catch (error) {
      // What is away is away for the other parts too.
      if (!skip || (isUnavailable(error) && !isTimeOut(error))) throw error;
      failed += 1;
      if (failures.length < MOST_REPORTED) failures.push(error);
      timeOutsInARow = isTimeOut(error) ? timeOutsInARow + 1 : 0;
      if (timeOutsInARow === MOST_TIME_OUTS_IN_A_ROW) {
        throw new AggregateError(
          failures,
          `${failed} parts of the event failed, the last ${timeOutsInARow} for want of time; those after them were not tried.`,
        );
      }
      from = await transaction((stores) => skip(delivery, stores, begin));
    }
  } while (from !== undefined);
  const [only] = failures;
  if (failed === 1) throw only;
  if (failed > 1) throw new AggregateError(failures, `${failed} parts of the event failed.`);
}

const reviveEvent = (data: unknown): RecordedEvent => {
  const event = data as RecordedEvent & { occurredAt: string | Date };
  return { ...event, occurredAt: new Date(event.occurredAt) };
};

/** Checks the payload against the catalogue, so that an unreadable event is not partly applied. */
function deliveryOf(event: RecordedEvent): Delivery<EventName> {
  if (!isEventName(event.type)) throw new Error(`There is no event "${event.type}".`);
  const { version, payload } = EVENTS[event.type];
  if (event.version > version) {
    throw new Error(
      `${event.type} version ${event.version} is newer than ${version}, the one known here.`,
    );
  }
  return {
    event: payload.parse(presentEvent(event).payload) as never,
    sequence: event.sequence,
    eventId: event.id,
    stream: event.stream,
    occurredAt: event.occurredAt,
  };
}
