import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';

/** The naive way to back up several databases: whatever happens between two of them is torn apart. */
export async function openSnapshotsOneAfterTheOther(
  databaseUrls: readonly string[],
  between: () => Promise<void>,
): Promise<pg.Client[]> {
  const readers: pg.Client[] = [];
  for (const connectionString of databaseUrls) {
    const reader = openClient({ connectionString });
    await reader.connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await reader.query('SELECT 1');
    readers.push(reader);
    await between();
  }
  return readers;
}
