import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedis, type Redis } from '@souk/embedded';
import { testServers } from './test-servers.ts';

/** The Redis of this run, or null where there is none: `test.skipIf(!redisUrl())`. */
export function redisUrl(): string | null {
  return testServers().redisUrl;
}

export interface OwnRedis extends Pick<Redis, 'url' | 'stop'> {
  /** Has the server do something, e.g. `FLUSHALL`; resolves to its answer. */
  send(command: string): Promise<string>;
}

/** A Redis of a test's own, to be stopped in its midst; null where there is none on the PATH. */
export async function startOwnRedis(): Promise<OwnRedis | null> {
  const dataDir = await mkdtemp(join(tmpdir(), 'souk-own-redis-'));
  const redis = await findRedis({ dataDir, env: { PATH: process.env.PATH } });
  const stop = async () => {
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  if (redis) return { url: redis.url, stop, send: (command) => sendCommand(redis.url, command) };
  await stop();
  return null;
}

async function sendCommand(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  try {
    socket.write(`${command}\r\n`);
    const [answer] = await once(socket, 'data');
    return String(answer).trim();
  } finally {
    socket.destroy();
  }
}
