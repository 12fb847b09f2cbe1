import { execFileSync, spawnSync } from 'node:child_process';

/** The account that the server runs as. Empty for an ordinary user: as that user. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** `nobody` exists on every system, also in images that never heard of PostgreSQL. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/** PostgreSQL refuses to run as root, so root lends it an account that can do no harm. */
export function serverAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return {};
  for (const name of CANDIDATES) {
    const uid = numericId('-u', name);
    const gid = numericId('-g', name);
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new Error(`PostgreSQL cannot run as root, and there is none of ${CANDIDATES.join(', ')}.`);
}

function numericId(flag: string, name: string): number | null {
  try {
    const id = execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] });
    return Number.parseInt(id.toString(), 10);
  } catch {
    return null;
  }
}

/** Whether the account may enter the folder, which depends on every folder above it as well. */
export function canEnter({ uid, gid }: ServerAccount, folder: string): boolean {
  if (uid === undefined) return true;
  const args = ['-c', 'cd "$1"', 'can-enter', folder];
  return spawnSync('/bin/sh', args, { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}
