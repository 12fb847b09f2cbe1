import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discardPostgres } from './discard-postgres.ts';
import { memoryFolder, removeAbandoned } from './memory-folder.ts';
import { type Postgres, startPostgres } from './start-postgres.ts';

const PREFIX = 'souk-postgres-';

/**
 * An empty server for tests: it does not wait for the disk, and `stop()` removes all it held.
 *
 * @param inMemory for many small databases: copying one takes the system's disk ten times the work
 * @param bySocket for many small statements: `urlFor` leads to a file in place of a port
 */
export async function startTemporaryPostgres({
  inMemory = false,
  bySocket = false,
} = {}): Promise<Postgres> {
  const parent = inMemory ? memoryFolder() : tmpdir();
  removeAbandoned(parent, PREFIX);
  const folder = mkdtempSync(join(parent, PREFIX));
  // Passable, since as root the server runs under another account. The cluster itself stays private.
  chmodSync(folder, 0o755);
  const dataDir = join(folder, 'data');
  const server = await startPostgres({ dataDir, durable: false, bySocket });
  return {
    ...server,
    get running() {
      return server.running;
    },
    async stop() {
      await server.stop();
      await discardPostgres({ dataDir });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
