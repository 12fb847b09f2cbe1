import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { findRedis, useRedis } from '../src/index.ts';

test('a command shares the Redis that runs on the data, and leaves it running', async ({
  skip,
}) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'souk use-redis '));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  // A named server would be found before anything on the data.
  const env = { PATH: process.env.PATH };
  const running = await findRedis({ dataDir, env });
  if (!running) return skip('no redis-server on the PATH');
  const shared = await useRedis({ dataDir, env });
  expect(shared?.url).toBe(running.url);
  await shared?.stop();
  const client = new Client(running.url);
  expect(await client.ping()).toBe('PONG');
  client.disconnect();
  await running.stop();

  const own = await useRedis({ dataDir, env });
  expect(own?.url).not.toBe(running.url);
  await own?.stop();
});

test('the one that REDIS_URL names goes before the one on the data', async () => {
  const env = { REDIS_URL: 'redis://elsewhere:6379' };
  expect(await useRedis({ dataDir: tmpdir(), env })).toMatchObject({ url: env.REDIS_URL });
});
