import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findRedis, type Redis, type ServerChange } from '../src/index.ts';
import { isPortTaken } from '../src/process/free-port.ts';
import { runInChild } from './run-in-child.ts';

let folder: string;
const found: Redis[] = [];
const ON_PATH = { PATH: process.env.PATH };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk redis '));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await Promise.all(found.splice(0).map((redis) => redis.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function find(env: NodeJS.ProcessEnv): Promise<Redis | null> {
  const redis = await findRedis({ dataDir: join(folder, 'redis'), env });
  if (redis) found.push(redis);
  return redis;
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

const installed = await findRedis({ dataDir: mkdtempSync(join(tmpdir(), 'souk-')), env: ON_PATH });
await installed?.stop();

test('the one that is named is used as it is', async () => {
  const redis = await find({ ...ON_PATH, REDIS_URL: 'redis://elsewhere:6379' });
  expect(redis).toMatchObject({ url: 'redis://elsewhere:6379', source: 'REDIS_URL' });
});

test('where none is named or installed there is none', async () => {
  expect(await find({ PATH: folder })).toBeNull();
});

test.skipIf(!installed)('one from the PATH keeps its data and refuses to forget', async () => {
  const first = (await find(ON_PATH)) as Redis;
  await withClient(first.url, async (client) => {
    expect(await client.config('GET', 'maxmemory-policy')).toEqual([
      'maxmemory-policy',
      'noeviction',
    ]);
    await client.set('kept', 'yes');
  });
  await first.stop();
  expect(await isPortTaken(Number(new URL(first.url).port))).toBe(false);
  const second = (await find(ON_PATH)) as Redis;
  expect(await withClient(second.url, (client) => client.get('kept'))).toBe('yes');
});

test.skipIf(!installed)(
  'a second one on the same data is refused, and touches nothing',
  async () => {
    const first = (await find(ON_PATH)) as Redis;
    const before = fingerprint(join(folder, 'redis'));
    await expect(find(ON_PATH)).rejects.toMatchObject({
      code: 'REDIS_ALREADY_RUNNING',
      message: expect.stringContaining(String(process.pid)),
      wayOut: expect.stringContaining('--data'),
    });
    expect(fingerprint(join(folder, 'redis'))).toEqual(before);
    expect(first.running).toBe(true);
    expect(await withClient(first.url, (client) => client.ping())).toBe('PONG');
  },
);

const fingerprint = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => [name, statSync(join(dir, name)).ino, statSync(join(dir, name)).mtimeMs]);

test.skipIf(!installed)('one that is killed is started again, with what it held', async () => {
  const changes: ServerChange[] = [];
  const redis = (await findRedis({
    dataDir: join(folder, 'redis'),
    env: ON_PATH,
    onChange: (change) => changes.push(change),
  })) as Redis;
  found.push(redis);
  await withClient(redis.url, (client) => client.set('kept', 'yes'));
  process.kill(Number(readFileSync(join(folder, 'redis', 'redis.pid'), 'utf8')), 'SIGKILL');
  await vi.waitUntil(() => changes.some(({ state }) => state === 'back'), { timeout: 60_000 });
  expect(changes).toEqual([
    { server: 'Redis', state: 'ended', how: 'SIGKILL' },
    { server: 'Redis', state: 'back', afterMs: expect.any(Number) },
  ]);
  expect(redis.running).toBe(true);
  expect(await withClient(redis.url, (client) => client.get('kept'))).toBe('yes');
  await redis.stop();
  expect(await isPortTaken(Number(new URL(redis.url).port))).toBe(false);
});

test.skipIf(!installed)('it ends with a parent that is killed', async () => {
  const { child, report } = await runInChild('./servers-of-a-process.ts', folder);
  const port = Number(new URL(String(report.redisUrl)).port);
  expect(await isPortTaken(port)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitUntil(async () => !(await isPortTaken(port)), { timeout: 60_000 });
});
