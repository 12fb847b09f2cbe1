import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { allInTurn } from '../process/all-in-turn.ts';

/** How many days ahead partitions are created. */
const DAYS_AHEAD = 7;

/**
 * Creates the log's partitions for the coming days and drops expired ones as a whole. A day is kept until
 * consumers have confirmed all of it. A partition that is locked is left for the next time, and does not
 * prevent others from being dropped.
 */
export async function keepLogDays(db: SqlExecutor, keptDays: number): Promise<void> {
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    await db.$queryRawUnsafe(
      `SELECT event_log.make_day((now() AT TIME ZONE 'UTC')::date + $1::int)`,
      ahead,
    );
  }
  const past = await db.$queryRawUnsafe<{ day: string }[]>(
    `SELECT substr(relname, 5) AS day FROM pg_class
     WHERE relnamespace = 'event_log'::regnamespace AND relname ~ '^day_[0-9]{8}$'
       AND to_date(substr(relname, 5), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - $1::int
     ORDER BY relname`,
    keptDays,
  );
  await allInTurn(
    past.map(
      ({ day }) =>
        () =>
          db.$queryRawUnsafe(`SELECT event_log.drop_day(to_date($1, 'YYYYMMDD'))`, day),
    ),
  );
}
