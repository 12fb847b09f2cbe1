import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '@souk/runtime/postgres';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { discardPostgres, type Postgres, startPostgres, usePostgres } from '../src/index.ts';
import { isPortTaken } from '../src/process/free-port.ts';
import { runInChild } from './run-in-child.ts';

let folder: string;
let dataDir: string;
const started: Postgres[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "souk it's a path "));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'data', 'postgres');
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: { port?: number } = {}): Promise<Postgres> {
  const server = await startPostgres({ dataDir, ...options });
  started.push(server);
  return server;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = openClient({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a server keeps its databases and data over a restart, also in a path with spaces', async () => {
  const first = await start();
  await first.ensureDatabase('users');
  await Promise.all([first.ensureDatabase('users'), first.ensureDatabase('users')]);
  await query(first.urlFor('users'), 'CREATE TABLE kept AS SELECT 42 AS n');
  await first.stop();
  await first.stop();
  expect(await isPortTaken(first.port)).toBe(false);
  const second = await start();
  expect(await query(second.urlFor('users'), 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  expect(second.version).toMatch(/^\d+\.\d+$/);
});

test('it syncs, asks for its password, and listens nowhere else', async () => {
  const server = await start();
  const [settings] = await query(
    server.urlFor('postgres'),
    `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
       current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS socket,
       current_setting('max_connections')::int >= 300 AS room, version() ~ '^PostgreSQL' AS real`,
  );
  expect(settings).toEqual({
    fsync: 'on',
    commit: 'on',
    listen: '127.0.0.1',
    socket: '',
    room: true,
    real: true,
  });
  const wrong = new URL(server.urlFor('postgres'));
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
});

test('a second server on the same data is refused, and learns who has it', async () => {
  await start();
  await expect(startPostgres({ dataDir })).rejects.toMatchObject({
    code: 'POSTGRES_ALREADY_RUNNING',
    message: expect.stringContaining(String(process.pid)),
    wayOut: expect.stringContaining('--data'),
  });
  await expect(discardPostgres({ dataDir })).rejects.toMatchObject({
    code: 'POSTGRES_ALREADY_RUNNING',
  });
});

test('a command beside it uses the server that runs, and leaves it running', async () => {
  const server = await start();
  const same = await usePostgres({ dataDir });
  expect(same.port).toBe(server.port);
  await same.stop();
  expect(await query(server.urlFor('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a taken port is named, and the data is free again after it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  await expect(start({ port })).rejects.toMatchObject({
    code: 'POSTGRES_PORT_TAKEN',
    message: expect.stringContaining(String(port)),
  });
  squatter.close();
  await once(squatter, 'close');
  expect((await start({ port })).port).toBe(port);
});

test('data of another major version is not touched', async () => {
  await (await start()).stop();
  const versionFile = join(dataDir, 'cluster', 'PG_VERSION');
  writeFileSync(versionFile, '12\n');
  await expect(start()).rejects.toMatchObject({
    code: 'POSTGRES_VERSION_DIFFERS',
    message: expect.stringMatching(/PostgreSQL 12; this is PostgreSQL \d+/),
    wayOut: expect.stringContaining('db:reset'),
  });
  expect(readFileSync(versionFile, 'utf8')).toBe('12\n');
  await discardPostgres({ dataDir });
  expect(await query((await start()).urlFor('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test.runIf(process.getuid?.() === 0)(
  'root may keep its data where the account of the server cannot go, as in a clone below /root',
  async () => {
    chmodSync(folder, 0o700);
    const first = await start();
    await query(first.urlFor('postgres'), 'CREATE TABLE kept AS SELECT 42 AS n');
    await first.stop();
    const second = await start();
    expect(await query(second.urlFor('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    const { home } = JSON.parse(readFileSync(join(dataDir, 'elsewhere.json'), 'utf8'));
    await second.stop();
    await discardPostgres({ dataDir });
    expect(existsSync(home)).toBe(false);
  },
);

test('a data folder that cannot be made is named', async () => {
  writeFileSync(join(folder, 'data'), 'a file where a folder should be');
  await expect(start()).rejects.toMatchObject({
    code: 'DATA_NOT_WRITABLE',
    message: expect.stringContaining(dataDir),
  });
});

test('a process file that names a process of somebody else is no obstacle', async () => {
  await (await start()).stop();
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${process.pid}\n${dataDir}\n0\n1\n`);
  writeFileSync(
    join(dataDir, 'instance.lock.99'),
    JSON.stringify({ pid: process.pid, startedAt: '1' }),
  );
  await start();
});

test('one that is killed is started again at the same address, with every acknowledged row', async () => {
  const changes: string[] = [];
  const server = await startPostgres({ dataDir, onChange: ({ state }) => changes.push(state) });
  started.push(server);
  const url = server.urlFor('postgres');
  await query(url, 'CREATE TABLE kept AS SELECT 7 AS n');
  for (const round of [1, 2]) {
    const [pid] = readFileSync(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGKILL');
    await vi.waitUntil(() => !server.running, { timeout: 60_000 });
    await vi.waitUntil(() => server.running, { timeout: 60_000, interval: 20 });
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
    expect(changes.filter((state) => state === 'back')).toHaveLength(round);
  }
  await server.stop();
  expect(server.running).toBe(false);
  expect(await isPortTaken(server.port)).toBe(false);
});

test('Ctrl-C lets the parent stop its servers, and nothing is left', async () => {
  const { child, report } = await runInChild('./servers-of-a-process.ts', folder);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await isPortTaken(Number(report.port))).toBe(false);
});

test('servers end when their parent is killed, and acknowledged rows are there afterwards', async () => {
  const { child, report } = await runInChild('./servers-of-a-process.ts', folder);
  await query(String(report.url), 'CREATE TABLE kept AS SELECT 7 AS n');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await vi.waitUntil(async () => !(await isPortTaken(Number(report.port))), { timeout: 60_000 });
  dataDir = join(folder, 'postgres');
  const server = await start();
  expect(await query(server.urlFor('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
});

test('a server that a crash left running is ended by the next start, which recovers its data', async () => {
  const { child, report } = await runInChild('./servers-of-a-process.ts', folder);
  await query(String(report.url), 'CREATE TABLE kept AS SELECT 7 AS n');
  dataDir = join(folder, 'postgres');
  child.kill('SIGKILL');
  await once(child, 'exit');
  // At once: whether the watcher or the start comes first, only one server may be left.
  const server = await start();
  expect(await query(server.urlFor('postgres'), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  expect(await isPortTaken(Number(report.port))).toBe(false);
});
