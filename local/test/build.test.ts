import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What deploy/build.mjs makes of packages that are loaded when they are asked for.

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
