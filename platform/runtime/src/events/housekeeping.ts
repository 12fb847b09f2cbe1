import type { Logger } from '../logging.ts';
import type { SqlExecutor } from '../persistence/sql-executor.ts';

/** Days a thing is kept. Streams answer CURSOR_EXPIRED for what is older. */
export interface Retention {
  events: number;
  inbox: number;
  idempotency: number;
}

export const defaultRetention: Retention = { events: 30, inbox: 30, idempotency: 7 };

/** Deletes what is past its time from the runtime's own tables; unrelayed events always stay. */
export async function tidyUp(db: SqlExecutor, retention: Retention = defaultRetention) {
  const days = (count: number) => `now() - make_interval(days => ${Math.floor(count)})`;
  await db.$executeRawUnsafe(
    `DELETE FROM event_record WHERE relayed_at IS NOT NULL AND occurred_at < ${days(retention.events)}`,
  );
  await db.$executeRawUnsafe(`DELETE FROM inbox_entry WHERE handled_at < ${days(retention.inbox)}`);
  await db.$executeRawUnsafe(
    `DELETE FROM idempotency_record WHERE created_at < ${days(retention.idempotency)}`,
  );
}

/** Tidies up every hour; resolves the returned function's promise when nothing runs any more. */
export function keepTidy(db: SqlExecutor, logger: Logger, retention = defaultRetention) {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = tidyUp(db, retention).catch((err) => logger.warn({ err }, 'could not tidy up'));
  }, 3_600_000);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
