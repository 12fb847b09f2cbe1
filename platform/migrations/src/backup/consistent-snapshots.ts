import { setTimeout as pause } from 'node:timers/promises';
import { openClient } from '@souk/runtime/postgres';
import type pg from 'pg';

/**
 * Whoever sends another subgraph an event, receives or confirms one writes to one of these, in this
 * order. While all of them are locked in every database, nothing is sent, received or confirmed anywhere.
 */
const BETWEEN_SUBGRAPHS = ['inbox_entry', 'event_record', 'event_delivery'];

/** Somebody waited for us in turn, or did not come to an end soon enough: begin again. */
const TRY_AGAIN = ['55P03', '40P01'];
const ATTEMPTS = 20;

/**
 * Opens a snapshot of each database, all of the same moment: no event is confirmed in one that another
 * has not handled. Who writes waits for as long as the snapshots take to open, some milliseconds.
 */
export async function openConsistentSnapshots(
  databaseUrls: readonly string[],
): Promise<pg.Client[]> {
  const guards = await connectAll(databaseUrls);
  const readers = await connectAll(databaseUrls);
  try {
    await lockAll(guards);
    for (const reader of readers) {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // The first statement takes the snapshot.
      await reader.query('SELECT 1');
    }
    return readers;
  } catch (error) {
    await Promise.all(readers.map((reader) => reader.end()));
    throw error;
  } finally {
    // Ends the sessions, and with them the locks.
    await Promise.all(guards.map((guard) => guard.end()));
  }
}

async function lockAll(guards: readonly pg.Client[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const guard of guards) {
        await guard.query(`BEGIN; SET LOCAL lock_timeout = '2s'`);
        for (const table of BETWEEN_SUBGRAPHS) {
          const { rows } = await guard.query('SELECT to_regclass($1) IS NOT NULL AS there', [
            table,
          ]);
          if (rows[0].there) await guard.query(`LOCK TABLE ${table} IN SHARE MODE`);
        }
      }
      return;
    } catch (error) {
      await Promise.all(guards.map((guard) => guard.query('ROLLBACK')));
      const again = TRY_AGAIN.includes((error as { code?: string }).code ?? '');
      if (!again || attempt === ATTEMPTS) throw error;
      await pause(50 * attempt);
    }
  }
}

async function connectAll(urls: readonly string[]): Promise<pg.Client[]> {
  const clients = urls.map((connectionString) => openClient({ connectionString }));
  await Promise.all(clients.map((client) => client.connect()));
  return clients;
}
