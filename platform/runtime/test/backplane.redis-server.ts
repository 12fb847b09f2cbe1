import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { vi } from 'vitest';

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

export const startOwnRedis = async (...settings: string[]): Promise<OwnRedis> => {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'souk-redis-'));
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
      const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory];
      const durable = ['--appendonly', 'yes', '--save', ''];
      server = spawn('redis-server', [...place, ...durable, ...settings], { stdio: 'ignore' });
      await vi.waitFor(() => inspect.ping(), { timeout: 10_000 });
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

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('No free port.');
  return address.port;
};
