import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

// docs/security.md and docs/operations.md say which test holds Souk to each answer; a test that
// is gone or was given another title would leave a promise that nobody checks.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const pages = [read('docs/security.md'), read('docs/operations.md')];
const filesOf = (page: string) =>
  new Map(
    [...page.matchAll(/^\| ([\w ]+) \| `([\w/.-]+\.test\.ts)` \|$/gm)].map(([, name, path]) => [
      name as string,
      read(path as string),
    ]),
  );
const rows = pages.flatMap((page) =>
  [...page.matchAll(/^\| ([A-Z]\d+) \|.*\| (.+) \|$/gm)].map(([, row, tests]) => ({
    row: row as string,
    tests: tests as string,
    files: filesOf(page),
  })),
);

test('there are rows, and files for them', () => {
  expect(rows.length).toBeGreaterThan(70);
  for (const page of pages) expect(filesOf(page).size).toBeGreaterThan(5);
});

test.each(rows)('$row names tests that there are', ({ tests, files }) => {
  const named = tests.split('; ').flatMap((part) => {
    const [, file, titles] = /^([\w ]+): (“.+”)$/.exec(part) ?? [];
    return (titles ?? '').split('”, “').map((title) => ({
      file: file ?? part,
      title: title.replaceAll(/^“|”$/g, ''),
    }));
  });
  expect(named.length).toBeGreaterThan(0);
  for (const { file, title } of named) {
    const holds = title !== '' && files.get(file)?.includes(title);
    expect({ file, title, holds }).toEqual({ file, title, holds: true });
  }
});
