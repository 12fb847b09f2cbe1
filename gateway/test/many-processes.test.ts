import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildProcesses, parseStrictly, until } from '@souk/testkit';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { serveToy, testIdentityKey } from './support/serve-toy.ts';
import { createToy } from './support/toy-shop.ts';

// The bundle, as in production.
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

beforeAll(() => buildProcesses(['gateway']));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A gateway of two processes, as its command line starts it. */
async function startTwo(extra: readonly string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'souk processes '));
  const file = join(folder, 'supergraph.graphql');
  const toy = createToy();
  const put = (sdl: string) => {
    writeFileSync(`${file}.new`, sdl);
    renameSync(`${file}.new`, file);
  };
  put(toy.supergraphSdl);
  const [people, rooms] = [await serveToy(toy.people), await serveToy(toy.rooms)];
  const args = [
    ...[MAIN, '--processes', '2', '--supergraph', file, '--port', '0'],
    ...['--url', `people=${people.url}`, '--url', `rooms=${rooms.url}`, '--no-limits', ...extra],
  ];
  const identity = { INTERNAL_IDENTITY_PRIVATE_KEY: JSON.stringify(await testIdentityKey()) };
  const env = { ...process.env, ...identity, REDIS_URL: '', LOG_LEVEL: 'info' };
  const child: ChildProcess = spawn(process.execPath, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  }
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    await people.close();
    await rooms.close();
    rmSync(folder, { recursive: true });
  });
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => parseStrictly(line) as Record<string, unknown>);
  const said = (msg: string) => lines().filter((line) => line.msg === msg);
  return { child, exited, said, put, toy, output: () => text };
}

const soon = (describe: () => string) => ({ describe });

/** On a connection of its own, so that it may come to any of them. */
async function ask(url: string, query: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data?: Record<string, unknown>; errors?: unknown[] };
}

test('two processes serve one port; one that is killed is started again; both take a new supergraph; both stop', async () => {
  const { child, exited, said, put, toy, output } = await startTwo();
  await until(() => said('serving').length === 2, soon(output));
  expect(said('serving').map(({ process: place }) => place)).toHaveLength(2);
  const url = String(said('serving')[0]?.url);
  expect(said('serving')[1]?.url).toBe(url);
  const served = () => new Set(said('request').map(({ process: place }) => place));
  await until(async () => {
    expect(await ask(url, '{ whoAsks }')).toEqual({ data: { whoAsks: 'nobody' } });
    return served().size === 2;
  }, soon(output));

  const pids = () => said('serving').map(({ pid }) => Number(pid));
  process.kill(pids()[0] as number, 'SIGKILL');
  await until(() => said('serving').length === 3, soon(output));
  expect(said('a process of the gateway has ended; it is started again')).toMatchObject([
    { signal: 'SIGKILL' },
  ]);
  expect(await ask(url, '{ whoAsks }')).toEqual({ data: { whoAsks: 'nobody' } });

  put(toy.supergraphSdl.replace('  whoAsks: String', '  "New."\n  whoAsks: String'));
  await until(() => said('the supergraph was replaced').length === 2, soon(output));

  const running = pids().filter(isAlive);
  expect(running).toHaveLength(2);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  expect(running.filter(isAlive)).toEqual([]);
});

test('the others end with the process that started them, even when it is killed', async () => {
  const { child, said, output } = await startTwo();
  await until(() => said('serving').length === 2, soon(output));
  const pids = said('serving').map(({ pid }) => Number(pid));
  child.kill('SIGKILL');
  await until(() => !pids.some(isAlive), soon(output));
});

test('a failed start ends all its processes, with the reason', async () => {
  const { exited, said, output } = await startTwo([
    '--safelist',
    'enforce',
    '--manifest',
    'not/there',
  ]);
  expect(await exited).toBe(1);
  expect(said('a process of the gateway could not start').length).toBeGreaterThan(0);
  expect(output()).toMatch(/the gateway cannot start: .*not\/there/);
});
