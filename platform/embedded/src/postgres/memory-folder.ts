import { readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHolder } from '../process/instance-lock.ts';
import { LOCK_FILE } from './start-postgres.ts';

/** Where Linux offers memory as a folder. */
const SHARED_MEMORY = '/dev/shm';
/** Several times what a run of the suite holds at once; containers have 64 MB by default, which is too little. */
const WANTED_BYTES = 4 * 2 ** 30;
/** Nobody takes an hour from making a folder to locking it. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/** A folder in memory where there is one with room, else that of temporary files. */
export function memoryFolder(folder = SHARED_MEMORY, wantedBytes = WANTED_BYTES): string {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < wantedBytes ? tmpdir() : folder;
  } catch {
    // Other systems have none.
    return tmpdir();
  }
}

/**
 * Removes what servers left whose process was killed: on a disk it waits for the system to tidy up, but
 * memory would be gone until the machine starts again.
 */
export function removeAbandoned(folder: string, prefix: string): void {
  for (const name of readdirSync(folder).filter((entry) => entry.startsWith(prefix))) {
    const path = join(folder, name);
    const madeAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeAt < ABANDONED_AFTER_MS) continue;
    if (readHolder(join(path, 'data', LOCK_FILE))) continue;
    rmSync(path, { recursive: true, force: true });
  }
}
