import type { SqlExecutor } from '../persistence/sql-executor.ts';
import { allInTurn } from '../process/all-in-turn.ts';

/** Days made before they begin. */
const DAYS_AHEAD = 7;

/**
 * Makes the log's partitions of the days to come and drops those whose time is over, whole. A day
 * stays while a consumer has not confirmed all of it. One that somebody else holds stays until the
 * next time, and keeps no other from going.
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
