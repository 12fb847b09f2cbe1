import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@souk/embedded';
import { untilItWorks } from '@souk/testkit';
import { Redis } from 'ioredis';

/** A Redis of a test's own, to be killed, frozen and started again at the same address. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** A connection of the test's, to look from outside. */
  readonly inspect: Redis;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

/** Without a redis-server on the PATH these tests are left out, unless the run insists on Redis. */
export const withoutRedis =
  process.env.SOUK_REQUIRE_REDIS !== '1' &&
  spawnSync('redis-server', ['--version']).error !== undefined;

/** Accepted writes survive a kill: they are in the file before they are answered. */
export const DURABLE = ['appendonly yes', 'appendfsync always', 'save ""'];

/** `settings` are lines of redis.conf; with a `sentinel` line among them it is a Sentinel. */
export const startOwnRedis = async (settings = DURABLE): Promise<OwnRedis> => {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'souk-redis-'));
  const configFile = join(directory, 'redis.conf');
  const common = [`port ${port}`, 'bind 127.0.0.1', `dir "${directory}"`];
  await writeFile(configFile, [...common, ...settings].join('\n'));
  const mode = settings.some((line) => line.startsWith('sentinel ')) ? ['--sentinel'] : [];
  const inspect = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  inspect.on('error', () => undefined);
  let server: ChildProcess | undefined;

  const redis: OwnRedis = {
    port,
    url: `redis://127.0.0.1:${port}`,
    inspect,
    async start() {
      const starting = spawn('redis-server', [configFile, ...mode], { stdio: 'ignore' });
      server = starting;
      const ended = once(starting, 'exit').then(([code]) => {
        throw new Error(`redis-server ended with ${code} as it started; its port was ${port}.`);
      });
      ended.catch(() => undefined);
      await Promise.race([untilItWorks(() => inspect.ping()), ended]);
    },
    async kill() {
      const dying = server;
      if (!dying || dying.exitCode !== null) return;
      dying.kill('SIGKILL');
      await once(dying, 'exit');
      server = undefined;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async remove() {
      inspect.disconnect();
      await redis.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
};
