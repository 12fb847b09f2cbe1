import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FAILING_RUN = fileURLToPath(new URL('failing-run', import.meta.url));
const REPORTER = `${ROOT}platform/testkit/src/failed-tests.ts`;

/** Runs the files that fail, as a run of its own; resolves to the lines about them. */
async function linesAbout(files: readonly string[]): Promise<string[]> {
  const written = join(tmpdir(), `failed-${process.pid}-${files.join('-')}`);
  await new Promise<void>((resolve) => {
    execFile(
      process.execPath,
      [`${ROOT}node_modules/vitest/vitest.mjs`, 'run', `--reporter=${REPORTER}`, ...files],
      { cwd: FAILING_RUN, env: { ...process.env, FAILED_TESTS_FILE: written } },
      () => resolve(),
    );
  });
  return (await readFile(written, 'utf8')).split('\n').filter(Boolean).sort();
}

test('a line tells of each failed test, each file that cannot be read and each error that nobody has caught', async () => {
  expect(await linesAbout(['sums', 'unread', 'uncaught'])).toEqual([
    'caught by nobody, while uncaught.fails.ts > leaves a promise to nobody ran: nobody waits',
    'sums.fails.ts > sums > are off: one more than',
    'unread.fails.ts: cannot be read',
  ]);
});
