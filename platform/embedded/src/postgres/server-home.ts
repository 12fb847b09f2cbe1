import { createHash, randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canEnter, type ServerAccount } from './server-account.ts';

/** Used only by root, and only for what lies below a folder that no other account may enter. */
const REACHABLE_ROOT = '/var/lib/souk';

/** Where a copy of the binaries goes when those in node_modules cannot be used where they are. */
export function binariesHome(dataDir: string, { uid }: ServerAccount): string {
  return uid === undefined ? join(dataDir, 'binaries') : join(REACHABLE_ROOT, 'postgres-binaries');
}

/**
 * The folder that holds the cluster: the data folder itself wherever the server's account can enter
 * it. Else (root, in a clone below /root) one that it can, tied to the data folder by a token in both:
 * when the data folder is removed, the cluster it spoke of is discarded too at the next start.
 */
export function serverHome(dataDir: string, account: ServerAccount): string {
  if (account.uid === undefined || account.gid === undefined) return dataDir;
  if (canEnter(account, dataDir)) return dataDir;
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const home = join(REACHABLE_ROOT, 'data', key);
  const tokenFile = join(dataDir, 'elsewhere.json');
  const token = existsSync(tokenFile) ? JSON.parse(readFileSync(tokenFile, 'utf8')).token : null;
  const homeToken = join(home, 'token');
  if (token === null || !existsSync(homeToken) || readFileSync(homeToken, 'utf8') !== token) {
    const fresh = randomUUID();
    rmSync(home, { recursive: true, force: true });
    mkdirSync(home, { recursive: true, mode: 0o755 });
    chownSync(home, account.uid, account.gid);
    writeFileSync(homeToken, fresh, { mode: 0o600 });
    writeFileSync(tokenFile, JSON.stringify({ home, token: fresh }));
  }
  return home;
}
