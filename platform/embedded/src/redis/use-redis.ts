import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readHolder } from '../process/instance-lock.ts';
import { commandLine, isAlive } from '../process/process-identity.ts';
import { findRedis, type Redis, type RedisOptions } from './find-redis.ts';
import { LOCK_FILE, PID_FILE } from './start-redis.ts';

/**
 * Redis for a command that works beside a running Souk: `REDIS_URL`, else the server that runs already
 * on the data folder, which `stop()` leaves alone, else one started for the occasion, else none.
 */
export async function useRedis(options: RedisOptions): Promise<Redis | null> {
  const { dataDir, env = process.env } = options;
  const running = env.REDIS_URL ? null : runningOn(resolve(dataDir));
  return running ?? findRedis(options);
}

function runningOn(dataDir: string): Redis | null {
  if (!readHolder(join(dataDir, LOCK_FILE))) return null;
  const pid = readPid(join(dataDir, PID_FILE));
  if (!pid || !isAlive(pid)) return null;
  // Redis shows `redis-server 127.0.0.1:6379` as its command line.
  const [, program, port] =
    /((?:redis|valkey)-server) \S*:(\d+)/.exec(commandLine(pid) ?? '') ?? [];
  if (!program || !port) return null;
  return { url: `redis://127.0.0.1:${port}`, source: program, running: true, stop: async () => {} };
}

function readPid(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}
