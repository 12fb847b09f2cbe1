import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What deploy/build.mjs makes of packages that are loaded on demand.

const run = promisify(execFile);
const BUILD = fileURLToPath(new URL('../../deploy/build.mjs', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk build '));
  addPackage('common', 'exports.word = "tea"; exports.other = "salt";');
  addPackage('modern', 'export const word = "tea"; export default "salt";', { type: 'module' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function addPackage(name: string, source: string, manifest: object = {}): void {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name, ...manifest }));
  writeFileSync(join(home, 'index.js'), source);
}

test.each(['common', 'modern'])('a %s package has the names that it has in Node', async (name) => {
  writeFileSync(
    join(folder, 'main.mjs'),
    `const it = await import('${name}'); console.log(it.word, it.default);`,
  );
  await run(process.execPath, [BUILD, 'main.mjs'], { cwd: folder });
  const [bundled, inNode] = await Promise.all(
    ['dist/main.js', 'main.mjs'].map((file) => run(process.execPath, [file], { cwd: folder })),
  );
  expect(bundled?.stdout).toMatch(/^tea /);
  expect(bundled?.stdout).toBe(inNode?.stdout);
});

test('what modules import of a package is one namespace, whose names keep their values, as in Node', async () => {
  addPackage(
    'changing',
    'exports.word = "tea"; exports.change = () => { exports.word = "salt"; };',
  );
  writeFileSync(join(folder, 'other.mjs'), `export * as other from 'changing';`);
  writeFileSync(
    join(folder, 'sharing.mjs'),
    `import * as mine from 'changing';
     import { other } from './other.mjs';
     const before = mine.word;
     mine.change();
     console.log(before, mine.word, mine === other);`,
  );
  await run(process.execPath, [BUILD, 'sharing.mjs'], { cwd: folder });
  const [bundled, inNode] = await Promise.all(
    ['dist/sharing.js', 'sharing.mjs'].map((file) =>
      run(process.execPath, [file], { cwd: folder }),
    ),
  );
  expect(bundled?.stdout).toBe('tea tea true\n');
  expect(inNode?.stdout).toBe('tea tea true\n');
});

test('is made again where something that it is made of has changed, or something that was made, and only there', async () => {
  const source = join(folder, 'again.mjs');
  const part = join(folder, 'part.mjs');
  const made = join(folder, 'dist', 'again.js');
  writeFileSync(source, `import { word } from './part.mjs'; console.log(word);`);
  writeFileSync(part, `export const word = 'tea';`);
  const longAgo = new Date('2020-01-01');
  for (const file of [source, part]) utimesSync(file, longAgo, longAgo);
  const built = async () => {
    await run(process.execPath, [BUILD, 'again.mjs'], { cwd: folder });
    return readFileSync(made, 'utf8');
  };
  const madeAt = () => statSync(join(folder, 'dist', '.made-of.json')).mtimeMs;
  expect(await built()).toContain('tea');
  const first = madeAt();
  expect(await built()).toContain('tea');
  expect(madeAt()).toBe(first);
  writeFileSync(part, `export const word = 'salt';`);
  expect(await built()).toContain('salt');
  rmSync(made);
  expect(await built()).toContain('salt');
  // Other processes of the same folder are another build.
  writeFileSync(join(folder, 'another.mjs'), `console.log('rye');`);
  await run(process.execPath, [BUILD, 'another.mjs', 'again.mjs'], { cwd: folder });
  expect(readFileSync(join(folder, 'dist', 'another.js'), 'utf8')).toContain('rye');
});

test('Prisma’s compiler is a file of its own, and none of its Base64 is in the bundle', async () => {
  const compiler = Buffer.from('the bytes of a compiler, which nobody reads here');
  const home = join(folder, 'node_modules', 'compiler');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"name":"compiler"}');
  const name = 'query_compiler_fast_bg.postgresql.wasm-base64.mjs';
  writeFileSync(join(home, name), `export const wasm = "${compiler.toString('base64')}";`);
  // As Prisma's generated client asks for it.
  writeFileSync(
    join(folder, 'client.mjs'),
    `const { wasm } = await import('compiler/${name}');
     console.log(Buffer.from(wasm, 'base64').toString());`,
  );
  await run(process.execPath, [BUILD, 'client.mjs'], { cwd: folder });
  const dist = join(folder, 'dist');
  const { stdout } = await run(process.execPath, [join(dist, 'client.js')], { cwd: tmpdir() });
  expect(stdout.trim()).toBe(compiler.toString());
  const files = readdirSync(dist);
  expect(files.filter((file) => file.endsWith('.wasm'))).toHaveLength(1);
  for (const file of files.filter((it) => it.endsWith('.js'))) {
    expect(readFileSync(join(dist, file), 'utf8')).not.toContain(compiler.toString('base64'));
  }
});
