import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, startedAt } from './process-identity.ts';

export interface InstanceLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly startedAt: string | null;
}

/**
 * Takes a lock file that names the process holding it. A lock whose process is gone (a crash, a
 * restart of the machine) is taken over.
 *
 * @param onHeld makes the error to throw when a living process holds the lock
 */
export function takeInstanceLock(file: string, onHeld: (pid: number) => Error): InstanceLock {
  const holder: Holder = { pid: process.pid, startedAt: startedAt(process.pid) };
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(holder), { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const other = readHolder(file);
    if (other) throw onHeld(other.pid);
    rmSync(file, { force: true });
  }
}

/** The living process that holds the lock, or null. */
export function readHolder(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return isAlive(holder.pid) && startedAt(holder.pid) === holder.startedAt ? holder : null;
  } catch {
    return null;
  }
}
