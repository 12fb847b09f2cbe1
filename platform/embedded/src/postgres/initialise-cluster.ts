import { execFile } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresFailed, postgresVersionDiffers } from '../startup-error.ts';
import type { PostgresBinaries } from './binaries.ts';
import { USER } from './cluster-password.ts';
import type { ServerAccount } from './server-account.ts';
import { serverEnvironment } from './server-environment.ts';

const run = promisify(execFile);

/**
 * Makes the cluster on the first start. It is made beside its final place and then renamed, so an
 * interrupted first start leaves nothing that looks like a cluster.
 *
 * @returns the cluster's folder
 * @throws StartupError POSTGRES_VERSION_DIFFERS, POSTGRES_FAILED
 */
export async function initialiseCluster(
  home: string,
  password: string,
  binaries: PostgresBinaries,
  account: ServerAccount,
  bySocket: boolean,
): Promise<string> {
  const cluster = join(home, 'cluster');
  if (existsSync(cluster)) {
    const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
    if (found !== binaries.major) throw postgresVersionDiffers(home, found, binaries.major);
    return cluster;
  }
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const passwordFile = join(home, 'password.initdb');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  give(account, unfinished, passwordFile);
  try {
    await run(binaries.initdb, initdbArguments(unfinished, passwordFile, bySocket), {
      ...account,
      cwd: '/',
      env: serverEnvironment(),
    });
  } catch (error) {
    throw postgresFailed('could not make its data folder', (error as { stderr: string }).stderr);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, cluster);
  return cluster;
}

/**
 * The built-in C.UTF-8 locale: sorts and lower-cases the same on every system. Not synced, since an
 * empty cluster that a power cut takes is made again in half a second; the server itself does sync.
 * The password is random, so that hashing it over and over guards nothing, and delays each connection.
 */
function initdbArguments(cluster: string, passwordFile: string, bySocket: boolean): string[] {
  return [
    `--pgdata=${cluster}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth-host=scram-sha-256',
    // Its socket lies where nobody else may enter.
    `--auth-local=${bySocket ? 'trust' : 'scram-sha-256'}`,
    '--set=scram_iterations=1',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ];
}

function give({ uid, gid }: ServerAccount, ...paths: string[]): void {
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) chownSync(path, uid, gid);
}
