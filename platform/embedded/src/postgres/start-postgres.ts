import { chownSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, isPortTaken } from '../process/free-port.ts';
import { takeInstanceLock } from '../process/instance-lock.ts';
import { dataNotWritable, postgresAlreadyRunning, postgresPortTaken } from '../startup-error.ts';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';
import { clusterPassword } from './cluster-password.ts';
import { createDatabases, type Databases } from './databases.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { clearLeftOvers } from './postmaster-file.ts';
import { runServer } from './run-server.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';
import { binariesHome, serverHome } from './server-home.ts';

export interface PostgresOptions {
  /** Holds the cluster, the password and the server's log; made when absent. */
  readonly dataDir: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Default true. False is for tests only: a crash of the machine may then lose data. */
  readonly durable?: boolean;
}

export interface Postgres extends Databases {
  readonly port: number;
  /** For example `18.4`. */
  readonly version: string;
  /** Stops the server; data stays. May be called twice. */
  stop(): Promise<void>;
}

export const LOCK_FILE = 'instance.lock';

/**
 * Starts a real PostgreSQL on 127.0.0.1, as a child that does not outlive this process. A server that
 * a crash left behind on the same data is stopped first, and its data recovered.
 *
 * @throws StartupError POSTGRES_ALREADY_RUNNING, POSTGRES_PORT_TAKEN, POSTGRES_VERSION_DIFFERS,
 *   DATA_NOT_WRITABLE, POSTGRES_NOT_AVAILABLE, POSTGRES_FAILED
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const account = serverAccount();
  makeDataDir(dataDir, account);
  const binaries = postgresBinaries(account, binariesHome(dataDir, account));
  const lock = lockData(dataDir);
  try {
    const server = await startLocked(dataDir, options, binaries, account);
    const { port, password } = server;
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= server.stop().finally(lock.release);
      return stopped;
    };
    return { port, version: binaries.version, stop, ...createDatabases({ port, password }) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockData(dataDir: string) {
  return writing(dataDir, () =>
    takeInstanceLock(join(dataDir, LOCK_FILE), (pid) => postgresAlreadyRunning(dataDir, pid)),
  );
}

/** Makes the folder where it is absent; the server's account owns what it is to write in. */
export function makeDataDir(dataDir: string, { uid, gid }: ServerAccount): void {
  writing(dataDir, () => {
    const made = mkdirSync(dataDir, { recursive: true });
    if (made && uid !== undefined && gid !== undefined) chownSync(dataDir, uid, gid);
  });
}

function writing<T>(dataDir: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall) throw dataNotWritable(dataDir, error);
    throw error;
  }
}

async function startLocked(
  dataDir: string,
  options: PostgresOptions,
  binaries: PostgresBinaries,
  account: ServerAccount,
) {
  const home = serverHome(dataDir, account);
  const password = clusterPassword(dataDir);
  const cluster = await initialiseCluster(home, password, binaries, account);
  await clearLeftOvers(cluster);
  if (options.port !== undefined && (await isPortTaken(options.port))) {
    throw postgresPortTaken(options.port);
  }
  const port = options.port ?? (await freePort());
  const log = openSync(join(dataDir, 'server.log'), 'w', 0o600);
  try {
    const settings = { port, durable: options.durable ?? true };
    const logFile = join(dataDir, 'server.log');
    const stop = await runServer({ binaries, cluster, account, settings, log, logFile });
    return { port, password, stop };
  } finally {
    closeSync(log);
  }
}
