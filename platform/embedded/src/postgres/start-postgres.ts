import { chownSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, isPortTaken } from '../process/free-port.ts';
import { takeInstanceLock } from '../process/instance-lock.ts';
import { makeFolder } from '../process/make-folder.ts';
import { type OnServerChange, supervise } from '../process/supervise.ts';
import { dataNotWritable, postgresAlreadyRunning, postgresPortTaken } from '../startup-error.ts';
import { postgresBinaries } from './binaries.ts';
import { clusterPassword } from './cluster-password.ts';
import { createDatabases, type Databases } from './databases.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { clearLeftOvers } from './postmaster-file.ts';
import { runServer } from './run-server.ts';
import { type ServerAccount, serverAccount } from './server-account.ts';
import { binariesHome, serverHome } from './server-home.ts';
import { socketFolder } from './server-socket.ts';

export interface PostgresOptions {
  /** Holds the cluster, the password and the server's log; made when absent. */
  readonly dataDir: string;
  /** Default: any free port. */
  readonly port?: number;
  /** Default true. False is for tests only: a crash of the machine may then lose data. */
  readonly durable?: boolean;
  /** Default false. True for tests: `urlFor` leads to a socket file of the server's, where one is possible. */
  readonly bySocket?: boolean;
  /** Called when the server ends unasked, and when it is back. */
  readonly onChange?: OnServerChange;
}

export interface Postgres extends Databases {
  readonly port: number;
  /** For example `18.4`. */
  readonly version: string;
  /** False while the server has ended and is being started again. */
  readonly running: boolean;
  /** Stops the server; data stays. May be called twice. */
  stop(): Promise<void>;
}

export const LOCK_FILE = 'instance.lock';

/**
 * Starts a real PostgreSQL on 127.0.0.1, as a child that does not outlive this process and is
 * started again when it ends. The data is locked before anything there is touched; a server that a
 * crash left behind on it is stopped first, and its data recovered.
 *
 * @throws StartupError POSTGRES_ALREADY_RUNNING, POSTGRES_PORT_TAKEN, POSTGRES_VERSION_DIFFERS,
 *   DATA_NOT_WRITABLE, POSTGRES_NOT_AVAILABLE, POSTGRES_FAILED
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const account = serverAccount();
  makeDataDir(dataDir, account);
  const lock = lockData(dataDir);
  try {
    const { version, server, ...place } = await startLocked(dataDir, options, account);
    return {
      port: place.port,
      version,
      get running() {
        return server.running;
      },
      stop: () => server.stop().finally(lock.release),
      ...createDatabases(place),
    };
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
    const made = makeFolder(dataDir);
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

async function startLocked(dataDir: string, options: PostgresOptions, account: ServerAccount) {
  const { durable = true, bySocket = false } = options;
  const binaries = postgresBinaries(account, binariesHome(dataDir, account));
  const home = serverHome(dataDir, account);
  const password = clusterPassword(dataDir);
  const cluster = await initialiseCluster(home, password, binaries, account, bySocket);
  await clearLeftOvers(cluster);
  if (options.port !== undefined && (await isPortTaken(options.port))) {
    throw postgresPortTaken(options.port);
  }
  const port = options.port ?? (await freePort());
  const socket = bySocket ? socketFolder(cluster, port) : null;
  const settings = { port, durable, socketFolder: socket };
  const logFile = join(dataDir, 'server.log');
  rmSync(logFile, { force: true });
  const server = await supervise({
    server: 'PostgreSQL',
    start: () => runServer({ binaries, cluster, account, settings, logFile }),
    onChange: options.onChange,
  });
  return { port, password, socketFolder: socket, version: binaries.version, server };
}
