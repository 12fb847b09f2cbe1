import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

// When deploy/build.mjs builds again, and what of an earlier build stays.

const run = promisify(execFile);
const BUILD = fileURLToPath(new URL('../../deploy/build.mjs', import.meta.url));
const LAST_BUILD = new URL('../../deploy/last-build.mjs', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk last build '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const made = (name: string) => join(folder, 'dist', name);
const built = async () => {
  await run(process.execPath, [BUILD, 'main.mjs'], { cwd: folder });
  return readFileSync(made('main.js'), 'utf8');
};
const recordedAt = () => statSync(made('.made-of.json')).mtimeMs;

test('is built again where a workspace exports another file', async () => {
  mkdirSync(join(folder, 'shop'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(folder, 'shop'), join(folder, 'node_modules', 'shop'), 'junction');
  const exporting = (file: string) =>
    write('shop/package.json', `{"name":"shop","exports":"${file}"}`);
  write('shop/tea.mjs', `export const word = 'tea';`);
  write('shop/rye.mjs', `export const word = 'rye';`);
  write('main.mjs', `import { word } from 'shop'; console.log(word);`);
  exporting('./tea.mjs');
  expect(await built()).toContain('tea');
  const first = recordedAt();
  await built();
  expect(recordedAt()).toBe(first);
  exporting('./rye.mjs');
  expect(await built()).toContain('rye');
});

test.each(['tsconfig.json', 'tsconfig.base.json'])(
  'is built again where %s has sources read in another way',
  async (name) => {
    const finding = (file: string) =>
      write(name, JSON.stringify({ compilerOptions: { paths: { word: [`./${file}.mjs`] } } }));
    write('tsconfig.json', '{ "extends": "./tsconfig.base.json" }');
    write('tea.mjs', `export const word = 'tea';`);
    write('rye.mjs', `export const word = 'rye';`);
    write('main.mjs', `import { word } from 'word'; console.log(word);`);
    write('tsconfig.base.json', '{}');
    finding('tea');
    expect(await built()).toContain('tea');
    finding('rye');
    expect(await built()).toContain('rye');
  },
);

test('another Node builds again, as it may find other names in packages', async () => {
  write('main.mjs', `console.log('tea');`);
  await built();
  const record = JSON.parse(readFileSync(made('.made-of.json'), 'utf8'));
  expect(record.node).toBe(process.version);
  writeFileSync(made('.made-of.json'), JSON.stringify({ ...record, node: 'v1.0.0' }));
  await built();
  expect(JSON.parse(readFileSync(made('.made-of.json'), 'utf8')).node).toBe(process.version);
});

test('a source with a time in the future is built once', async () => {
  write('main.mjs', `console.log('tea');`);
  const tomorrow = new Date(Date.now() + 86_400_000);
  utimesSync(join(folder, 'main.mjs'), tomorrow, tomorrow);
  await built();
  const first = recordedAt();
  await built();
  expect(recordedAt()).toBe(first);
});

test('a source that was written while it was built is built again, whatever its time', async () => {
  const { lastBuild } = await import(LAST_BUILD);
  write('main.mjs', `console.log('tea');`);
  const source = join(folder, 'main.mjs');
  const longAgo = new Date('2020-01-01');
  const buildWhile = (happens: () => void) => {
    const last = lastBuild(folder, []);
    last.looking.setup({
      onLoad: (_: unknown, load: (file: { path: string }) => void) => load({ path: source }),
    });
    happens();
    last.remember(folder, ['main.mjs'], []);
    return lastBuild(folder, []).isCurrent();
  };
  const rewritten = () => {
    write('main.mjs', `console.log('salt');`);
    utimesSync(source, longAgo, longAgo);
  };
  expect(buildWhile(rewritten)).toBe(false);
  expect(buildWhile(() => {})).toBe(true);
});

test('a page that is open finds its parts after a build, and after a day without them they go', async () => {
  const { lastBuild } = await import(LAST_BUILD);
  mkdirSync(join(folder, 'dist'));
  const dist = join(folder, 'dist');
  const build = (...parts: string[]) => {
    const last = lastBuild(dist, []);
    for (const part of parts) write(`dist/${part}`, part);
    last.leaveOthers(parts);
    last.remember(folder, [], parts);
  };
  const longAgo = new Date('2020-01-01');
  build('page-1.js', 'worker-1.js');
  utimesSync(made('worker-1.js'), longAgo, longAgo);
  build('page-2.js', 'worker-2.js');
  expect(readdirSync(dist)).toEqual(expect.arrayContaining(['page-1.js', 'worker-1.js']));
  build('page-3.js');
  expect(readdirSync(dist)).toEqual(expect.arrayContaining(['page-1.js', 'worker-2.js']));
  utimesSync(made('page-1.js'), longAgo, longAgo);
  build('page-3.js');
  expect(readdirSync(dist)).not.toContain('page-1.js');
  expect(readdirSync(dist)).toContain('worker-2.js');
});

test('a process finds what it asks for later though a build has replaced it, and after a day it goes', async () => {
  const lazy = (word: string) => write('lazy.mjs', `export const word = '${word}';`);
  write(
    'main.mjs',
    `process.stdin.once('data', async () => console.log((await import('./lazy.mjs')).word));
     console.log('started');`,
  );
  lazy('tea');
  await built();
  const chunks = () =>
    readdirSync(join(folder, 'dist')).filter((name) => name.startsWith('chunk-'));
  const [first] = chunks().filter((name) => readFileSync(made(name), 'utf8').includes('tea'));
  const child = spawn(process.execPath, [made('main.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const exited = once(child, 'close');
  await once(child.stdout, 'data');
  // Also where it was built long ago, and started just now.
  const longAgo = new Date('2020-01-01');
  for (const name of chunks()) utimesSync(made(name), longAgo, longAgo);
  lazy('salt');
  await built();
  child.stdin.end('go');
  expect(await exited).toEqual([0, null]);
  expect(said).toBe('started\ntea\n');

  lazy('rye');
  await built();
  expect(chunks()).toContain(first);
  utimesSync(made(first as string), longAgo, longAgo);
  lazy('oat');
  await built();
  expect(chunks()).not.toContain(first);
});
