import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive, startedAt } from './process-identity.ts';

export interface InstanceLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
}

/**
 * Takes a lock that names the process holding it. A lock whose process is gone (a crash, a restart of
 * the machine) is taken over.
 *
 * Each taking makes a file of the next number beside `file` (`instance.lock.1`, `.2`, …), and the
 * highest number holds the lock. Overwriting or removing the file of a dead holder would let two
 * processes that found it at the same moment both believe that they took it over; of two that make
 * the same number only one succeeds.
 *
 * @param onHeld makes the error to throw when a living process holds the lock
 */
export function takeInstanceLock(file: string, onHeld: (pid: number) => Error): InstanceLock {
  const text = JSON.stringify({ pid: process.pid, startedAt: startedAt(process.pid) });
  for (;;) {
    const newest = newestNumber(file);
    const other = newest === 0 ? null : livingHolder(numbered(file, newest));
    if (other) throw onHeld(other.pid);
    const own = numbered(file, newest + 1);
    if (!createWhole(own, text)) continue;
    // A process that saw our predecessor's end earlier may have taken the lock twice meanwhile.
    if (newestNumber(file) !== newest + 1) {
      rmSync(own, { force: true });
      continue;
    }
    for (const number of numbersOf(file)) {
      if (number <= newest) rmSync(numbered(file, number), { force: true });
    }
    return { release: () => release(own) };
  }
}

/** The living process that holds the lock, or null. */
export function readHolder(file: string): Holder | null {
  const newest = newestNumber(file);
  return newest === 0 ? null : livingHolder(numbered(file, newest));
}

const numbered = (file: string, number: number) => `${file}.${number}`;

const newestNumber = (file: string) => Math.max(0, ...numbersOf(file));

function numbersOf(file: string): number[] {
  const name = `${basename(file)}.`;
  try {
    return readdirSync(dirname(file))
      .filter((entry) => entry.startsWith(name))
      .map((entry) => Number(entry.slice(name.length)))
      .filter((number) => Number.isInteger(number) && number > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function livingHolder(path: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return isAlive(holder.pid) && startedAt(holder.pid) === holder.startedAt ? holder : null;
  } catch {
    return null;
  }
}

/** File systems that know no hard links (exFAT, some shared folders) answer one of these. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Makes the file with all of its text at once, so that nobody reads half a name; false if it is there. */
function createWhole(path: string, text: string): boolean {
  const draft = join(dirname(path), `.${basename(path)}-${randomUUID()}`);
  try {
    writeFileSync(draft, text, { flag: 'wx' });
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
    return createInPlace(path, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

function createInPlace(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The number stays taken, with nobody's name in it: see `takeInstanceLock`. */
function release(own: string): void {
  try {
    truncateSync(own);
  } catch {
    // The data was discarded, and the lock with it.
  }
}
