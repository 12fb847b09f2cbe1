import { join, resolve } from 'node:path';
import { readHolder } from '../process/instance-lock.ts';
import { postgresBinaries } from './binaries.ts';
import { clusterPassword } from './cluster-password.ts';
import { createDatabases } from './databases.ts';
import { readPostmaster } from './postmaster-file.ts';
import { serverAccount } from './server-account.ts';
import { binariesHome, serverHome } from './server-home.ts';
import { LOCK_FILE, type Postgres, type PostgresOptions, startPostgres } from './start-postgres.ts';

/**
 * The server of a data folder for a command that works beside a running Souk: the one that runs
 * already, which `stop()` leaves alone, else one started for the occasion.
 */
export async function usePostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const running = readHolder(join(dataDir, LOCK_FILE)) ? runningOn(dataDir) : null;
  return running ?? startPostgres(options);
}

function runningOn(dataDir: string): Postgres | null {
  const account = serverAccount();
  const postmaster = readPostmaster(join(serverHome(dataDir, account), 'cluster'));
  if (!postmaster?.ready) return null;
  const { port } = postmaster;
  const { version } = postgresBinaries(account, binariesHome(dataDir, account));
  const databases = createDatabases({ port, password: clusterPassword(dataDir) });
  return { port, version, running: true, stop: async () => {}, ...databases };
}
