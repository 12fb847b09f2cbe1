import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilItWorks } from '@souk/testkit';
import { afterAll, expect, test } from 'vitest';
import { createLogger } from './logging.ts';
import { StandardOutput } from './standard-output.ts';

const folder = mkdtempSync(join(tmpdir(), 'souk-lines-'));
/** Open until the end: lines may still wait for them, and a number is given away again at once. */
const descriptors: number[] = [];
afterAll(async () => {
  for (const descriptor of descriptors) closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

function openLog(name: string) {
  const file = join(folder, `${name}.log`);
  const descriptor = openSync(file, 'a');
  descriptors.push(descriptor);
  const lines = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { msg: string; line?: number });
  return { descriptor, lines };
}

function logInto(name: string) {
  const { descriptor, lines } = openLog(name);
  const logger = createLogger({ name: 'test', destination: new StandardOutput(descriptor) });
  return { logger, written: () => lines().map(({ msg }) => msg) };
}

test('lines of one moment leave together, and a warning with all that is before it at once', () => {
  const { logger, written } = logInto('warning');
  logger.info('first');
  logger.child({ part: 'of it' }).info('second');
  expect(written()).toEqual([]);
  logger.warn('third');
  expect(written()).toEqual(['first', 'second', 'third']);
});

test('a line waits for a moment, not for the next one', async () => {
  const { logger, written } = logInto('alone');
  logger.info('alone');
  await untilItWorks(() => expect(written()).toEqual(['alone']));
});

test('many lines are not kept until the moment is over', () => {
  const { logger, written } = logInto('many');
  for (let line = 0; line < 1_000; line += 1) logger.info(`line ${line}`);
  expect(written().length).toBeGreaterThan(800);
  logger.warn('the rest');
  expect(written()).toHaveLength(1_001);
});

/** What a process does after it has logged a hundred lines. */
const ENDS = {
  'by exiting': 'process.exit(0)',
  'by having nothing left to do': '',
  'by an error that nobody catches': 'throw new Error("nobody catches this")',
  'by a rejection that nobody handles': 'Promise.reject(new Error("nobody handles this"))',
  'by a signal that it answers by exiting':
    'process.on("SIGTERM", () => process.exit(0)); process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1e6)',
};

test.each(Object.entries(ENDS))('no line is lost when a process ends %s', async (name, end) => {
  const logging = fileURLToPath(new URL('logging.ts', import.meta.url));
  const script = `
    import { createLogger } from ${JSON.stringify(logging)};
    const logger = createLogger({ name: 'test' });
    for (let line = 0; line < 100; line += 1) logger.info({ line }, 'of a hundred');
    ${end}`;
  const { descriptor, lines } = openLog(name);
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', descriptor, 'ignore'],
  });
  await once(child, 'close');
  expect(lines().map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, i) => i));
});
