import { openClient } from '@souk/runtime/postgres';
import { USER } from './cluster-password.ts';

export interface Databases {
  /** A connection string for one database of this server. */
  urlFor(database: string): string;
  /** Creates the database unless it exists. */
  ensureDatabase(database: string): Promise<void>;
}

interface Place {
  readonly port: number;
  readonly password: string;
  /** Of the file that leads there, too. */
  readonly socketFolder?: string | null;
}

export function createDatabases({ port, password, socketFolder = null }: Place): Databases {
  const bySocket = socketFolder === null ? '' : `?host=${encodeURIComponent(socketFolder)}`;
  const urlFor = (database: string) =>
    `postgresql://${USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}${bySocket}`;
  return {
    urlFor,
    async ensureDatabase(database) {
      const client = openClient({ connectionString: urlFor('postgres') });
      await client.connect();
      try {
        const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
          database,
        ]);
        if (found.rowCount) return;
        // WAL_LOG copies the small template through the log, without a checkpoint of all databases.
        await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)} STRATEGY wal_log`);
      } catch (error) {
        // Another process was quicker: 42P04 duplicate_database, 23505 the same from its catalog.
        if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
      } finally {
        await client.end();
      }
    },
  };
}
