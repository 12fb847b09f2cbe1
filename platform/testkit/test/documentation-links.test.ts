import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

// What the documentation for contributors names must exist: each stop of a trip, each page, each command.

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Links of a page to files of this repository; `name` is what the file is to say, in backticks. */
const linksOf = (page: string) =>
  [...page.matchAll(/\[(`?)([^\]`]+)`?\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(
    ([, tick, text, path]) => ({ name: tick ? (text as string) : null, path: path as string }),
  );

/** Why a stop of a trip leads nowhere, or null. */
function brokenStop({ name, path }: { name: string | null; path: string }): string | null {
  if (!existsSync(join(ROOT, path))) return `${path} is not there`;
  if (name === null || path.endsWith(name)) return null;
  const isNamed = new RegExp(`(?<![\\w.])${name.replaceAll('.', '\\.')}(?!\\w)`).test(read(path));
  return isNamed ? null : `${path} says nothing of ${name}`;
}

describe('CONTRIBUTING.md', () => {
  const page = read('CONTRIBUTING.md');
  const trips = page.slice(page.indexOf('## First trip'));

  test('every stop of the trips is in the file that it leads to', () => {
    expect(linksOf(trips).length).toBeGreaterThan(45);
    expect(linksOf(page).map(brokenStop).filter(Boolean)).toEqual([]);
  });

  test('a stop that was renamed or moved is noticed', () => {
    const path = 'subgraphs/chat/src/use-cases/send-message.ts';
    expect(brokenStop({ name: 'sendMessage', path })).toBeNull();
    expect(brokenStop({ name: 'sendMessages', path })).toBe(`${path} says nothing of sendMessages`);
    expect(brokenStop({ name: 'sendMessage', path: 'gone.ts' })).toBe('gone.ts is not there');
  });
});

test.each([
  'bench',
  'deploy',
  'local',
  'e2e',
  'prisma',
  ...foldersOf('platform'),
  ...foldersOf('subgraphs'),
])('%s has a page that says what it is for, and leads to files that are there', (folder) => {
  const page = read(`${folder}/README.md`);
  expect(page.split('\n').length).toBeLessThan(180);
  const gone = linksOf(page).filter(({ path }) => !existsSync(join(ROOT, folder, path)));
  expect(gone).toEqual([]);
});

test.each(['bench', 'deploy', 'local', 'e2e', ...foldersOf('platform')])(
  '%s says how its tests are run',
  (folder) => {
    expect(read(`${folder}/README.md`)).toContain('npx vitest run');
  },
);

function foldersOf(parent: string): string[] {
  return readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`);
}

test('the mutations whose rates docs/operations.md lists exist', () => {
  const api = read('gateway/api.graphql');
  const mutations = /^type Mutation \{\n([\s\S]*?)^\}/m.exec(api)?.[1] ?? '';
  const rows = read('docs/operations.md').match(/^\| `LIMIT_RATE_.*$/gm) ?? [];
  const named = rows.flatMap((row) =>
    [...row.matchAll(/`([a-z]+[A-Z]?\w*)`/g)].map(([, it]) => it),
  );
  expect(named).toContain('sendMessage');
  expect(named.filter((name) => !new RegExp(`^ {2}${name}[(:]`, 'm').test(mutations))).toEqual([]);
});

test('a release writes its chapter above the earlier ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'souk changes '));
  const [status, changelog] = [join(folder, 'status.json'), join(folder, 'CHANGELOG.md')];
  const change = (type: string, summary: string) => ({ releases: [{ type }], summary });
  writeFileSync(changelog, '# Changelog\n\nWords.\n\n## 0.1.0, 2026-01-01\n\n- Old\n');
  writeFileSync(
    status,
    JSON.stringify({
      changesets: [change('patch', 'Two\nlines'), change('minor', 'More')],
      releases: [{ type: 'minor', newVersion: '0.2.0' }],
    }),
  );
  execFileSync(process.execPath, [join(ROOT, '.changeset/write-changelog.mjs'), status, changelog]);
  const written = readFileSync(changelog, 'utf8').replace(/\d{4}-\d\d-\d\d/, 'today');
  expect(written).toBe(
    '# Changelog\n\nWords.\n\n## 0.2.0, today\n\n### New\n\n- More\n\n### Mended\n\n- Two\n  lines\n\n## 0.1.0, 2026-01-01\n\n- Old\n',
  );
  rmSync(folder, { recursive: true });
});
