import { randomUUID } from 'node:crypto';
import { openClient, openPool } from '@souk/runtime/postgres';
import type pg from 'pg';

export interface ShadowDatabase {
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/** A scratch database in which the engine replays the migrations. */
export async function createShadowDatabase(serverUrl: string): Promise<ShadowDatabase> {
  const name = `souk_shadow_${randomUUID().replaceAll('-', '')}`;
  await onServer(serverUrl, `CREATE DATABASE "${name}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pool = openPool({ connectionString: url.href, max: 2 });
  return {
    pool,
    async drop() {
      await pool.end();
      await onServer(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = openClient({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
