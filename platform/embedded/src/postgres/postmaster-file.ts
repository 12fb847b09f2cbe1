import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, isAlive } from '../process/process-identity.ts';

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export const postmasterFile = (cluster: string) => join(cluster, 'postmaster.pid');

/** What the server running on the cluster wrote about itself, or null when there is none. */
export function readPostmaster(cluster: string): Postmaster | null {
  try {
    // Lines as in PostgreSQL's pidfile.h: 1 pid, 4 port, 8 status, padded with spaces.
    const lines = readFileSync(postmasterFile(cluster), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid)) return null;
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

/**
 * Ends a server that a crashed parent left running on this cluster. A process id may have been given
 * to something else since, so the command line decides; only then the file is in the way, and removed.
 * Else PostgreSQL reads in it whether processes of the dead server still use its shared memory.
 */
export async function clearLeftOvers(cluster: string): Promise<void> {
  const left = readPostmaster(cluster);
  if (left && isServerOf(cluster, left.pid)) {
    signal(left.pid, 'SIGINT');
    const gaveUpAt = Date.now() + 10_000;
    while (isServerOf(cluster, left.pid)) {
      if (Date.now() > gaveUpAt) signal(left.pid, 'SIGQUIT');
      await sleep(20);
    }
  }
  if (left && isAlive(left.pid)) rmSync(postmasterFile(cluster), { force: true });
}

function isServerOf(cluster: string, pid: number): boolean {
  return isAlive(pid) && (commandLine(pid)?.includes(cluster) ?? false);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
