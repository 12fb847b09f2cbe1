import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { OnServerChange } from '../process/supervise.ts';
import { startRedis } from './start-redis.ts';

export interface RedisOptions {
  /** Holds the append-only file of a server that is started here; made when absent. */
  readonly dataDir: string;
  /** Default: `process.env`. `REDIS_URL` names a server that runs already. */
  readonly env?: NodeJS.ProcessEnv;
  /** Called when a server that was started here ends unasked, and when it is back. */
  readonly onChange?: OnServerChange;
}

export interface Redis {
  readonly url: string;
  /** For people: `REDIS_URL`, or the program that was started. */
  readonly source: string;
  /** False while a server that was started here has ended and is being started again. */
  readonly running: boolean;
  /** Stops a server that was started here; leaves one that was named alone. */
  stop(): Promise<void>;
}

/** In the order of preference. */
const PROGRAMS = ['redis-server', 'valkey-server'];

/** A Redis to use: the one named by `REDIS_URL`, else one started from the PATH, else none. */
export async function findRedis({
  dataDir,
  env = process.env,
  onChange,
}: RedisOptions): Promise<Redis | null> {
  if (env.REDIS_URL) {
    return { url: env.REDIS_URL, source: 'REDIS_URL', running: true, stop: async () => {} };
  }
  const program = PROGRAMS.map((name) => onPath(name, env)).find((path) => path !== null);
  return program ? startRedis(program, dataDir, onChange) : null;
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  for (const folder of (env.PATH ?? '').split(delimiter).filter(Boolean)) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
