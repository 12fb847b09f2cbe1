import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { headingsOf, namedIn } from './named-in-pages.ts';

// A page that names a file, a heading, a script or a setting that is gone sends its reader nowhere.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const files = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\0')
  .filter(Boolean);
const there = new Set(files);
for (const file of files) {
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) there.add(folder);
}
/** Every way in which the end of a path can be written: `src/app.ts` of `subgraphs/chat/src/app.ts`. */
const endings = new Set(
  [...there].flatMap((path) => {
    const parts = path.split('/');
    return parts.map((_, index) => parts.slice(index).join('/'));
  }),
);
/** A changeset tells of one change and goes with its release. */
const pages = files.filter((file) => file.endsWith('.md') && !file.startsWith('.changeset/'));
const each = (broken: (page: string, text: string) => readonly string[]) =>
  pages.flatMap((page) => broken(page, read(page)).map((what) => `${page}: ${what}`));

test('every link within the documentation leads to a file and a heading that are there', () => {
  expect(pages.length).toBeGreaterThan(130);
  const broken = each((page, text) =>
    namedIn(text)
      .links.filter(({ path, heading }) => {
        const target = path === '' ? page : normalize(join(dirname(page), path)).replace(/\/$/, '');
        if (!there.has(target)) return true;
        return heading && target.endsWith('.md') && !headingsOf(read(target)).includes(heading);
      })
      .map(({ path, heading }) => `${path}${heading ? `#${heading}` : ''}`),
  );
  expect(broken).toEqual([]);
});

test('every file and folder that a page names is there', () => {
  expect(each((_, text) => namedIn(text).paths.filter((path) => !endings.has(path)))).toEqual([]);
});

test('every script that a page tells a reader to run is there', () => {
  const scriptsOf = (path: string) => Object.keys(JSON.parse(read(path)).scripts ?? {});
  const byName = new Map(
    files
      .filter((file) => file.endsWith('package.json'))
      .map((file) => [JSON.parse(read(file)).name as string, scriptsOf(file)]),
  );
  const root = scriptsOf('package.json');
  const gone = each((_, text) =>
    namedIn(text)
      .scripts.filter(({ script, workspace }) => {
        return !(workspace ? byName.get(workspace) : root)?.includes(script);
      })
      .map(({ script, workspace }) => `npm run ${script}${workspace ? ` -w ${workspace}` : ''}`),
  );
  expect(gone).toEqual([]);
});

test('every setting that a page names is read somewhere', () => {
  const source = new Set<string>();
  for (const file of files.filter((path) =>
    /\.(?:ts|tsx|mjs|js|graphql|ya?ml|json|prisma|example)$|Dockerfile|^\.ci/.test(path),
  ))
    for (const [word] of read(file).matchAll(/[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+/g)) source.add(word);
  // Decisions and measurements also name what was refused, and what others read.
  const gone = each((page, text) =>
    /^docs\/(?:decisions\/0|performance)/.test(page)
      ? []
      : namedIn(text).variables.filter((name) => !source.has(name)),
  );
  expect(gone).toEqual([]);
});

test('the list of decisions has each of them', () => {
  const list = read('docs/decisions/README.md');
  const decisions = files.filter((file) => /^docs\/decisions\/\d/.test(file));
  const names = decisions.map((file) => file.slice('docs/decisions/'.length));
  expect(names.filter((name) => !list.includes(`](${name})`))).toEqual([]);
});

test('what a page names is found in links, words in backticks, and commands', () => {
  const page = [
    'See [there](../gone.md#a-heading), `src/gone.ts:` and `subgraphs/<name>/src`; set `GONE_SETTING=1`.',
    '',
    '    npm run gone -w @souk/gateway && npx vitest run e2e/gone.test.ts',
  ].join('\n');
  expect(namedIn(page)).toEqual({
    links: [{ path: '../gone.md', heading: 'a-heading' }],
    paths: ['src/gone.ts', 'e2e/gone.test.ts'],
    scripts: [{ script: 'gone', workspace: '@souk/gateway' }],
    variables: ['GONE_SETTING'],
  });
  expect(headingsOf('## `npm start`, and what it does\n')).toEqual(['npm-start-and-what-it-does']);
});
