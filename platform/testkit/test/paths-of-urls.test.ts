import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);

/**
 * The pathname of a file's URL is not its path: a space is %20 in it, and Windows gets a slash before
 * the drive. `fileURLToPath` gives the path, and `import()` takes the whole URL.
 */
const PATHNAME_OF_A_FILE = [
  /import\.meta\.url\s*\)\s*\.pathname/,
  /new URL\(\s*['"`][^'"`)]*['"`]\s*,[^)]*\)\s*\.pathname/,
  /(?:ROOT|[Ff]older|FOLDER|HERE|here|[Dd]irectory)\.pathname/,
  /import\([^)]*\.pathname/,
];

const breaches = (text: string) => PATHNAME_OF_A_FILE.filter((form) => form.test(text));

const sources = () => {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.mjs', '*.js'], {
    cwd: fileURLToPath(ROOT),
    encoding: 'utf8',
  });
  return stdout.split('\0').filter((name) => name && !name.endsWith('paths-of-urls.test.ts'));
};

test('no program takes the pathname of a URL for the path of a file', () => {
  const names = sources();
  expect(names.length).toBeGreaterThan(500);
  const found = names.filter(
    (name) => breaches(readFileSync(new URL(encodeURI(name), ROOT), 'utf8')).length > 0,
  );
  expect(found).toEqual([]);
});

test.each([
  'new URL(import.meta.url).pathname',
  "await import(new URL('src/resolvers/index.ts', folder).pathname)",
  "readFileSync(new URL('./a.json', import.meta.url).pathname)",
  'spawn(ROOT.pathname)',
])('%s is found', (text) => {
  expect(breaches(text)).not.toEqual([]);
});

test.each([
  "new URL(request.url, 'http://localhost').searchParams",
  'const name = decodeURIComponent(url.pathname.slice(1));',
  "await import(new URL('src/resolvers/index.ts', folder).href)",
])('%s is not', (text) => {
  expect(breaches(text)).toEqual([]);
});
