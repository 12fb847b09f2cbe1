import type { JobQueues, JobWorker } from '../backplane/backplane.ts';
import { isUnavailable } from '../persistence/database-errors.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import type { Logger } from '../process/logging.ts';
import { EVENTS, type EventName, isEventName, type PayloadOf } from './catalog/index.ts';
import { createConfirmations } from './confirmations.ts';
import type { SubgraphName } from './define-event.ts';
import type { RecordedEvent } from './event-log.ts';
import { presentEvent } from './present-event.ts';
import { eventQueueOf } from './queues.ts';

/** An event as it reaches a consumer: possibly again, possibly out of order. */
export interface Delivery<Name extends EventName> {
  event: PayloadOf<Name>;
  /** Place in the event's stream: a guard against applying an older state over a newer one. */
  sequence: number;
  eventId: string;
  stream: string;
  occurredAt: Date;
}

/** One reaction of one subgraph to one kind of event. */
export interface Consumer<Stores, Name extends EventName = EventName> {
  /** Unique within the subgraph, and stable: the inbox remembers what it handled by this name. */
  name: string;
  consumes: Name;
  /** Runs in a transaction together with its inbox entry, so its effect happens once. */
  handle(delivery: Delivery<Name>, stores: Stores): Promise<void>;
}

export const defineConsumer =
  <Stores>() =>
  <Name extends EventName>(consumer: Consumer<Stores, Name>): Consumer<Stores> =>
    consumer as unknown as Consumer<Stores>;

/** In every transaction: remembers which events each consumer has handled. */
export interface Inbox {
  /** True when this consumer has not handled the event before. */
  admit(eventId: string, consumer: string): Promise<boolean>;
}

export const createInbox = (db: SqlExecutor): Inbox => ({
  admit: async (eventId, consumer) =>
    (await db.$executeRawUnsafe(
      'INSERT INTO inbox_entry (event_id, consumer) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      eventId,
      consumer,
    )) === 1,
});

export interface ConsumeOptions<Stores> {
  subgraph: SubgraphName;
  consumers: readonly Consumer<Stores>[];
  transaction: (work: (stores: Stores & { inbox: Inbox }) => Promise<void>) => Promise<void>;
  jobs: JobQueues;
  logger: Logger;
  concurrency?: number;
}

/** Starts taking events from the subgraph's queue; an event that keeps failing ends up dead. */
export function startConsumers<Stores>(options: ConsumeOptions<Stores>): JobWorker {
  const { subgraph, consumers, transaction, jobs, logger, concurrency = 8 } = options;
  const confirmations = createConfirmations({ consumer: subgraph, jobs, logger });
  const working = jobs.work(
    eventQueueOf(subgraph),
    async ({ data, attempt }) => {
      const recorded = reviveEvent(data);
      const delivery = deliveryOf(recorded);
      for (const consumer of consumers.filter(({ consumes }) => consumes === recorded.type)) {
        try {
          await transaction(async (stores) => {
            if (!(await stores.inbox.admit(recorded.id, consumer.name))) return;
            await consumer.handle(delivery, stores);
          });
        } catch (err) {
          // Its worker tells of what is away, and tries again when it is back.
          if (isUnavailable(err)) throw err;
          const { id: eventId, type } = recorded;
          logger.error({ err, eventId, type, consumer: consumer.name, attempt }, 'consumer failed');
          throw err;
        }
      }
      confirmations.confirm(recorded);
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

const reviveEvent = (data: unknown): RecordedEvent => {
  const event = data as RecordedEvent & { occurredAt: string | Date };
  return { ...event, occurredAt: new Date(event.occurredAt) };
};

/** Checks the payload against the catalogue; an event we cannot read must not be half applied. */
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
