import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { diffSchema } from '@souk/migrations';
import { createDatabase, until } from '@souk/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clone, cloneRepository } from './clone-repository.ts';

// From nothing to an answer through the gateway, in a copy of this repository.

const run = promisify(execFile);

interface Answer {
  data: { wishlists: { edges: { node: object }[] } };
  errors?: unknown;
}

let clone: Clone;
/** Settings of this test's own runner must not reach the processes of the clone. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_ENV$|^TEST$/.test(name)),
);
const inClone = (...args: string[]) =>
  run(process.execPath, args, {
    cwd: clone.root,
    // One process for its tests, as each reads all modules anew, and no collector for what ends in a moment: a flag of
    // Vitest's and one of the compiler's are not heard by all that they start.
    env: { ...env, VITEST_MAX_WORKERS: '1', GOGC: '400' },
    maxBuffer: 1e8,
  });
const tool = (path: string) => join(clone.root, 'node_modules', path);

beforeAll(async () => {
  clone = cloneRepository();
  clone.linkWorkspace('subgraphs/wishlists', 'wishlists');
  await inClone('--import', 'tsx', 'platform/scaffold/src/command.ts', 'wishlists', '--no-install');
});
afterAll(() => clone?.[Symbol.dispose]());

test('its name that is taken by now is refused, and nothing is written', async () => {
  const list = join(clone.root, 'souk.config.ts');
  const before = readFileSync(list, 'utf8');
  const again = inClone('--import', 'tsx', 'platform/scaffold/src/command.ts', 'wishlists');
  await expect(again).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\n {2}There is a subgraph "wishlists" already; take another/),
  });
  expect(readFileSync(list, 'utf8')).toBe(before);
});

test('its types, lints and migrations are in order, and its own tests pass', async () => {
  // In one go with what composes the subgraphs, which reads most of the same files.
  const types = { extends: './tsconfig.base.json', include: ['subgraphs/wishlists', 'local'] };
  writeFileSync(join(clone.root, 'tsconfig.json'), JSON.stringify(types));
  await inClone(tool('typescript/bin/tsc'), '--noEmit', '-p', '.');
  await inClone(tool('@biomejs/biome/bin/biome'), 'lint', 'subgraphs/wishlists', 'local/src');
  await inClone(tool('@biomejs/biome/bin/biome'), 'format', 'subgraphs/wishlists', 'local/src');
  const schemaRoot = join(clone.root, 'prisma');
  await using database = await createDatabase(null);
  const target = { subgraph: 'wishlists', serverUrl: database.url, schemaRoot };
  expect(await diffSchema(target)).toBeNull();
  const { stdout } = await inClone(
    tool('vitest/vitest.mjs'),
    ...['run', 'subgraphs/wishlists', '--reporter=json'],
  );
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')));
  expect(report).toMatchObject({ success: true, numFailedTests: 0 });
  expect(report.numPassedTests).toBeGreaterThan(8);
});

test('it answers through the gateway, with its demo data and who wrote it', async () => {
  const args = ['local/launch.mjs', 'src/main.ts', '--port', '0', '--data', '.data'];
  const souk: ChildProcess = spawn(process.execPath, args, { cwd: clone.root, env });
  let output = '';
  for (const stream of [souk.stdout, souk.stderr]) stream?.on('data', (text) => (output += text));
  const ended = new Promise<void>((resolve) => souk.on('exit', () => resolve()));
  try {
    const endpoint = await until(
      () => {
        if (souk.exitCode !== null) throw new Error(output);
        return /endpoint\s+(\S+)/.exec(output)?.[1];
      },
      { within: 120_000, describe: () => output },
    );
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: '{ wishlists { edges { node { id text author { displayName } } } } }',
      }),
    });
    const { data, errors } = (await response.json()) as Answer;
    expect(errors).toBeUndefined();
    expect(data.wishlists.edges).toHaveLength(2);
    for (const { node } of data.wishlists.edges) {
      expect(node).toEqual({
        id: expect.stringMatching(/^wis_/),
        text: expect.stringMatching(/\w/),
        author: { displayName: expect.stringMatching(/\w/) },
      });
    }
  } finally {
    souk.kill('SIGTERM');
    await ended;
  }
});

// The last, on what has been bundled by now; `npm run dev` tells the same (e2e/dev.test.ts).
test('a mistake in a schema is what the next start tells, with its file and line, and no stack', async () => {
  const file = 'subgraphs/users/schema.graphql';
  const good = readFileSync(join(clone.root, file), 'utf8').trimEnd();
  const wrong = '\n\nextend type Query {\n  "Made up by a test."\n  weather Int\n}\n';
  writeFileSync(join(clone.root, file), `${good}${wrong}`);
  const line = good.split('\n').length + 4;
  const started = inClone('local/launch.mjs', 'src/main.ts', '--port', '0', '--data', '.data');
  const failure = await started.then(
    () => null,
    (error) => error as { code: number; stdout: string; stderr: string },
  );
  const said = `${failure?.stdout}${failure?.stderr}`;
  expect(said).toContain(`${file}:${line}:11: Syntax Error: Expected ":", found Name "Int".`);
  expect(said).not.toContain('bundled first');
  expect(said).not.toMatch(/^\s+at /m);
  expect(failure?.code).toBe(1);
});
