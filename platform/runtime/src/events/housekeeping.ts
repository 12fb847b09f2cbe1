import { reasonOf } from '../persistence/database-errors.ts';
import { type PruneRule, pruneRows } from '../persistence/prune-rows.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { allInTurn } from '../process/all-in-turn.ts';
import type { Logger } from '../process/logging.ts';
import { keepLogDays } from './log-days.ts';

/** How many days things are kept. Streams answer CURSOR_EXPIRED for older positions. */
export interface Retention {
  events: number;
  inbox: number;
  idempotency: number;
}

/** The inbox is kept far longer than the events: a late repeat must still be recognised. */
export const defaultRetention: Retention = { events: 30, inbox: 60, idempotency: 7 };

/** No limit counts over a longer time; older uses count nothing, and contain names of people. */
const LONGEST_WINDOW_DAYS = 8;

const EVERY_MS = 3_600_000;
/** A process that has just started has more urgent work. */
const FIRST_AFTER_MS = 60_000;

export interface TidyOptions {
  retention?: Retention;
  /** The subgraph's own rows that only grow. */
  rules?: readonly PruneRule[];
  signal?: AbortSignal;
}

/**
 * Removes everything past its time, without holding long locks. A failed removal does not prevent the others,
 * and is reported at the end.
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

/**
 * Tidies up soon after the start and every hour; the returned function resolves when nothing is running any
 * more.
 */
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
