import { until } from '@souk/testkit';
import { expect, test } from 'vitest';
import { repeatWork } from './repeat-work.ts';

test('one round at a time, also after one that failed', async () => {
  const failures: unknown[] = [];
  let inside = 0;
  let most = 0;
  let rounds = 0;
  const work = repeatWork([
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
      onFailure: (error) => failures.push(error),
    },
  ]);
  await until(() => rounds >= 10);
  await work.close();
  expect(most).toBe(1);
  expect(failures).toEqual([new Error('not this time')]);
});

test('closing stops the round under way, waits for it, and no other begins', async () => {
  let ended = 0;
  let begun = 0;
  const work = repeatWork([
    {
      everyMs: 1,
      atOnce: true,
      round: async (stopping) => {
        begun += 1;
        await new Promise((resolve) => stopping.addEventListener('abort', resolve));
        ended += 1;
      },
      onFailure: (error) => {
        throw error;
      },
    },
  ]);
  expect(begun).toBe(1);
  await work.close();
  expect([begun, ended]).toEqual([1, 1]);
});

test('a round that throws at once is a failure like any other', async () => {
  let failures = 0;
  const work = repeatWork([
    {
      everyMs: 1,
      round: () => {
        throw new Error('at once');
      },
      onFailure: () => {
        failures += 1;
      },
    },
  ]);
  await until(() => failures >= 3);
  await work.close();
});
