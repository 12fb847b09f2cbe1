import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { createLogger, silentLogger } from '../process/logging.ts';
import { repeatWork } from './repeat-work.ts';

/** A logger, and what it has written. */
function logged() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, logger: createLogger({ name: 'test', destination }) };
}

test('one round at a time, also after one that failed', async () => {
  const { lines, logger } = logged();
  let inside = 0;
  let most = 0;
  let rounds = 0;
  const work = repeatWork(
    [
      {
        everyMs: 1,
        round: async () => {
          inside += 1;
          most = Math.max(most, inside);
          rounds += 1;
          // Longer than the pause, so that rounds would meet if they could.
          await new Promise((resolve) => setTimeout(resolve, 5));
          inside -= 1;
          if (rounds === 2) throw new Error('not this time');
        },
        failure: 'could not work',
      },
    ],
    logger,
  );
  await until(() => rounds >= 10);
  await work.close();
  expect(most).toBe(1);
  expect(lines).toMatchObject([
    { msg: 'could not work', times: 1, err: { message: 'not this time' } },
    { msg: 'could not work; it is over', times: 1 },
  ]);
});

test('what fails is done again before its time, after longer pauses, and not more often once it went', async () => {
  const begun: number[] = [];
  const work = repeatWork(
    [
      {
        everyMs: 3_600_000,
        atOnce: true,
        round: async () => {
          begun.push(performance.now());
          if (begun.length < 5) throw new Error('not yet');
        },
        failure: 'could not work',
      },
    ],
    silentLogger,
    20,
  );
  await until(() => begun.length === 5);
  const pauses = begun.slice(1).map((at, index) => at - (begun[index] ?? 0));
  // A timer may be a millisecond early.
  for (const [index, pause] of pauses.entries()) expect(pause).toBeGreaterThan(19 * 2 ** index);
  // As long as the longest pause so far, and again.
  await new Promise((resolve) => setTimeout(resolve, 320));
  expect(begun).toHaveLength(5);
  await work.close();
});

test('what failed is not done again once it is closed', async () => {
  let begun = 0;
  const work = repeatWork(
    [
      {
        everyMs: 3_600_000,
        atOnce: true,
        round: async () => {
          begun += 1;
          throw new Error('not yet');
        },
        failure: 'could not work',
      },
    ],
    silentLogger,
    5,
  );
  await until(() => begun >= 2);
  await work.close();
  const atEnd = begun;
  await new Promise((resolve) => setTimeout(resolve, 5 * 2 ** (atEnd + 1)));
  expect(begun).toBe(atEnd);
});

test('closing stops the round under way, waits for it, and no other begins', async () => {
  let ended = 0;
  let begun = 0;
  const work = repeatWork(
    [
      {
        everyMs: 1,
        atOnce: true,
        round: async (stopping) => {
          begun += 1;
          await new Promise((resolve) => stopping.addEventListener('abort', resolve));
          ended += 1;
        },
        failure: 'could not work',
      },
    ],
    silentLogger,
  );
  expect(begun).toBe(1);
  await work.close();
  expect([begun, ended]).toEqual([1, 1]);
});

test('a round that throws at once is a failure like any other', async () => {
  let rounds = 0;
  const { lines, logger } = logged();
  const work = repeatWork(
    [
      {
        everyMs: 1,
        round: () => {
          rounds += 1;
          throw new Error('at once');
        },
        failure: 'could not work',
      },
    ],
    logger,
  );
  await until(() => rounds >= 3);
  await work.close();
  expect(lines).toMatchObject([{ msg: 'could not work', err: { message: 'at once' } }]);
});
