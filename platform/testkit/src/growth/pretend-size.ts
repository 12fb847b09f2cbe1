import type pg from 'pg';
import { until } from '../until.ts';

/**
 * Makes the planner believe that each table holds so many times more rows than it does, so that a
 * database that is filled in a second is planned for like one that takes minutes. The planner takes
 * the pages from the files and the rows of a page from these statistics.
 */
export async function pretendSize(client: pg.Client, times: number): Promise<void> {
  // A transaction that was open meanwhile keeps pages from being seen as a vacuumed table's are.
  await until(async () => {
    await client.query('VACUUM (ANALYZE)');
    const { rows } = await client.query(
      `SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relallvisible < relpages`,
    );
    return rows.length === 0;
  });
  await client.query(
    `UPDATE pg_class SET reltuples = reltuples * $1
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND reltuples > 0`,
    [times],
  );
}
