import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { takeInstanceLock } from '../process/instance-lock.ts';
import { postgresAlreadyRunning } from '../startup-error.ts';
import { clearLeftOvers } from './postmaster-file.ts';
import { serverAccount } from './server-account.ts';
import { serverHome } from './server-home.ts';
import { LOCK_FILE, makeDataDir } from './start-postgres.ts';

/**
 * Removes everything the embedded server holds; the next start begins with an empty one.
 *
 * @throws StartupError POSTGRES_ALREADY_RUNNING while somebody uses it, DATA_NOT_WRITABLE
 */
export async function discardPostgres({ dataDir }: { readonly dataDir: string }): Promise<void> {
  const folder = resolve(dataDir);
  const account = serverAccount();
  makeDataDir(folder, account);
  takeInstanceLock(join(folder, LOCK_FILE), (pid) => postgresAlreadyRunning(folder, pid));
  const home = serverHome(folder, account);
  await clearLeftOvers(join(home, 'cluster'));
  for (const path of new Set([home, folder])) rmSync(path, { recursive: true, force: true });
}
