import { join, resolve } from 'node:path';
import { dataInUse, dataNotWritable } from '../startup-error.ts';
import { type InstanceLock, takeInstanceLock } from './instance-lock.ts';
import { makeFolder } from './make-folder.ts';

/**
 * Takes a whole data folder for this process, before anything in it is read or changed; makes the
 * folder when it is absent.
 *
 * @throws StartupError DATA_IN_USE, DATA_NOT_WRITABLE
 */
export function lockDataFolder(folder: string): InstanceLock {
  const dataDir = resolve(folder);
  try {
    makeFolder(dataDir);
    return takeInstanceLock(join(dataDir, 'instance.lock'), (pid) => dataInUse(dataDir, pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall) throw dataNotWritable(dataDir, error);
    throw error;
  }
}
