import { Redis } from 'ioredis';
import { LOAD_CORE, type Started, start } from '../processes.ts';
import { REDIS_PORT, REDIS_URL } from './ports.ts';

/** A Redis of the benchmark's own, which keeps nothing, on the core of all that is not measured. */
export async function startRedis(folder: string): Promise<Started> {
  const redis = start({
    file: process.env.REDIS_SERVER ?? 'redis-server',
    args: ['--port', `${REDIS_PORT}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    core: LOAD_CORE,
    logFile: `${folder}/redis.log`,
  });
  const client = new Redis(REDIS_URL, { retryStrategy: (times) => (times > 50 ? null : 100) });
  client.on('error', () => {});
  try {
    await client.ping();
  } catch {
    throw new Error('No Redis: install redis-server, or name one as REDIS_SERVER.');
  } finally {
    client.disconnect();
  }
  return redis;
}
