import { randomUUID } from 'node:crypto';
import type { JobQueues, JobWorker } from '../backplane/backplane.ts';
import { reasonOf } from '../persistence/database-errors.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import type { SubgraphName } from './define-event.ts';
import { confirmationQueueOf, emitterOf } from './queues.ts';

/** Tells emitters which of their events this subgraph's inbox has; see docs/decisions. */
export interface Confirmations {
  confirm(event: { id: string; type: string }): void;
  /** Sends what has been collected. */
  close(): Promise<void>;
}

/** Milliseconds and events for which confirmations are collected into one job. */
const GATHER_MS = 50;
const MOST_GATHERED = 500;

/**
 * Confirmations may be lost, so nothing waits for one: an event without a confirmation is handed over again,
 * the inbox recognises it, and it is confirmed again.
 */
export function createConfirmations(options: {
  consumer: SubgraphName;
  jobs: Pick<JobQueues, 'add'>;
  logger: Logger;
}): Confirmations {
  const { consumer, jobs, logger } = options;
  const warn = countedWarning(logger, 'could not confirm events; they will come again');
  const gathered = new Map<string, string[]>();
  const sending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  const send = (emitter: string) => {
    const eventIds = gathered.get(emitter) ?? [];
    gathered.delete(emitter);
    if (eventIds.length === 0) return;
    const data: Confirmation = { consumer, eventIds };
    const job = { id: randomUUID(), name: 'confirmed', data, forgetOnceDone: true as const };
    const sent = jobs
      .add(confirmationQueueOf(emitter), [job])
      .catch((error) => warn({ reason: reasonOf(error), emitter }))
      .finally(() => sending.delete(sent));
    sending.add(sent);
  };
  const sendAll = () => {
    timer = undefined;
    for (const emitter of [...gathered.keys()]) send(emitter);
  };

  return {
    confirm: ({ id, type }) => {
      const emitter = emitterOf(type);
      const eventIds = gathered.get(emitter) ?? [];
      eventIds.push(id);
      gathered.set(emitter, eventIds);
      if (eventIds.length >= MOST_GATHERED) send(emitter);
      timer ??= setTimeout(sendAll, GATHER_MS).unref();
    },
    close: async () => {
      clearTimeout(timer);
      sendAll();
      await Promise.all(sending);
    },
  };
}

interface Confirmation {
  consumer: SubgraphName;
  eventIds: string[];
}

/** On the emitter's side: an event that a consumer has confirmed is no longer handed over to it. */
export const startTakingConfirmations = (options: {
  subgraph: SubgraphName;
  db: SqlExecutor;
  jobs: JobQueues;
}): JobWorker => {
  const { subgraph, db, jobs } = options;
  return jobs.work(confirmationQueueOf(subgraph), async ({ data }) => {
    const { consumer, eventIds } = data as Confirmation;
    await db.$executeRawUnsafe(
      'DELETE FROM event_delivery WHERE consumer = $1 AND event_id = ANY($2::text[])',
      consumer,
      eventIds,
    );
  });
};
