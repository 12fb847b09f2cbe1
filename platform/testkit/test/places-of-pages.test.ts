import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../subgraphs/', import.meta.url));

/**
 * A condition that holds where no place is given: `w.from_at IS NULL OR (m.pinned_at, m.id) < (w.from_at, w.from_id)`. No index is
 * walked from there, so that a page reads all before it, as far as it lies in. A place before all says the same:
 * `coalesce(w.from_at, 'infinity')`.
 */
const PLACE_OR_NONE =
  /(?:w\.(?:from|after|before)_\w+|\$\{(?:from|after|before)\}(?:::\w+)?) IS NULL OR/;

const isWalkedThrough = (sql: string) => PLACE_OR_NONE.test(sql);

test('no page is read from the beginning of its list, whether it has a place or none', () => {
  const files = readdirSync(ROOT).flatMap((name) => {
    const folder = join(ROOT, name, 'src', 'persistence');
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file));
  });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => isWalkedThrough(readFileSync(file, 'utf8')))).toEqual([]);
});

test.each([
  '(w.from_at IS NULL OR (p.joined_at, p.user_id) > (w.from_at, w.from_id))',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as sources have it.
  '(${from}::text IS NULL OR b.id < ${from})',
])('one that is would be seen: %s', (sql) => {
  expect(isWalkedThrough(sql)).toBe(true);
});
