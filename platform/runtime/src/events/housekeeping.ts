import { reasonOf } from '../persistence/database-errors.ts';
import { type PruneRule, pruneRows } from '../persistence/prune-rows.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { allInTurn } from '../process/all-in-turn.ts';
import type { Logger } from '../process/logging.ts';
import { keepLogDays } from './log-days.ts';

/** Days a thing is kept. Streams answer CURSOR_EXPIRED for what is older. */
export interface Retention {
  events: number;
  inbox: number;
  idempotency: number;
}

/** The inbox outlasts the events by far: one that comes again late must still be known. */
export const defaultRetention: Retention = { events: 30, inbox: 60, idempotency: 7 };

/** No limit counts over a longer time; what was used up before counts nothing, and names people. */
const LONGEST_WINDOW_DAYS = 8;

const EVERY_MS = 3_600_000;
/** A process that has just started has better things to do. */
const FIRST_AFTER_MS = 60_000;

export interface TidyOptions {
  retention?: Retention;
  /** The subgraph's own rows that only grow. */
  rules?: readonly PruneRule[];
  signal?: AbortSignal;
}

/**
 * Removes what is past its time, none of it under a lock that lasts. What cannot go now keeps nothing
 * else from going, and is reported when all is done.
 */
export async function tidyUp(
  db: SqlExecutor,
  { retention = defaultRetention, rules = [], signal }: TidyOptions = {},
): Promise<void> {
  const { events, inbox, idempotency } = retention;
  const ours: PruneRule[] = [
    {
      table: 'event_log.without_day',
      since: 'occurred_at',
      days: events,
      where: `NOT EXISTS (SELECT 1 FROM event_delivery waiting
                WHERE waiting.occurred_at = without_day.occurred_at AND event_id = id)`,
    },
    { table: 'inbox_entry', since: 'handled_at', days: inbox },
    { table: 'idempotency_record', since: 'created_at', days: idempotency },
    { table: 'quota_use', since: 'started_at', days: LONGEST_WINDOW_DAYS },
  ];
  const prunes = [...ours, ...rules].map(
    (rule) => () => pruneRows(db, rule, signal ? { signal } : {}),
  );
  await allInTurn([() => keepLogDays(db, events), ...prunes]);
}

/** Tidies up soon and every hour; the returned function resolves when nothing runs any more. */
export function keepTidy(
  db: SqlExecutor,
  logger: Logger,
  options: Omit<TidyOptions, 'signal'> = {},
): () => Promise<void> {
  const stopping = new AbortController();
  const tidy = () =>
    tidyUp(db, { ...options, signal: stopping.signal }).catch((error) => {
      if (!stopping.signal.aborted) logger.warn({ reason: reasonOf(error) }, 'could not tidy up');
    });
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const next = (afterMs: number) => {
    timer = setTimeout(() => {
      running = tidy();
      next(EVERY_MS);
    }, afterMs).unref();
  };
  next(FIRST_AFTER_MS);
  return async () => {
    clearTimeout(timer);
    stopping.abort();
    await running;
  };
}
