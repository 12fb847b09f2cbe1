import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../subgraphs/', import.meta.url));

/*
 * What is not seen: waits of statements that lock without saying so, such as an UPDATE or an INSERT … ON CONFLICT of
 * a row that many change. Those that are first to lock such a row announce it as well (limits, stock, codes, sales).
 */

/** Lines above a statement in which its function says what it is about to lock. */
const LINES_ABOVE = 20;
const LOCKS_ROWS = /\bFOR (?:NO KEY )?UPDATE\b(?! SKIP LOCKED| OF \w+ SKIP LOCKED)/;
const SAYS_SO = /\bannounceLocks\(/;
const LOCKS_NAMES = /\bpg_(?:try_)?advisory/;

/** Statements that wait for a lock that was not announced to the runtime, by their lines. */
function silentLocks(text: string): number[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    if (LOCKS_NAMES.test(line)) return [at + 1];
    if (!LOCKS_ROWS.test(line) || /^\s*(?:\/\/|\*|\/\*)/.test(line)) return [];
    return lines.slice(Math.max(0, at - LINES_ABOVE), at).some((above) => SAYS_SO.test(above))
      ? []
      : [at + 1];
  });
}

test.each([
  'SELECT 1 FROM room WHERE id = $1 FOR UPDATE',
  'SELECT 1 FROM room FOR NO KEY UPDATE OF room',
  'SELECT pg_advisory_xact_lock(1)',
])('%s is seen', (statement) => {
  expect(silentLocks(statement)).toEqual([1]);
});

test.each([
  'SELECT 1 FROM job LIMIT 1 FOR UPDATE SKIP LOCKED',
  'announceLocks(db, id);\nSELECT 1 FROM room WHERE id = $1 FOR UPDATE',
])('%s is well', (statement) => {
  expect(silentLocks(statement)).toEqual([]);
});

test('every statement of a store that waits for a lock lets others wait without a connection', () => {
  const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /^[a-z]+\/src\/.*(?<!\.test)\.ts$/.test(path))
    .filter((path) => !path.includes('__generated__'));
  expect(sources.length).toBeGreaterThan(300);
  const silent = sources.flatMap((path) =>
    silentLocks(readFileSync(`${ROOT}${path}`, 'utf8')).map((line) => `${path}:${line}`),
  );
  expect(silent).toEqual([]);
});
