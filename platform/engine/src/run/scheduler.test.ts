import { expect, test } from 'vitest';
import { createScheduler } from './scheduler.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('the oldest request gets the first turn, whatever the order of asking', async () => {
  const scheduler = createScheduler();
  const turns: number[] = [];
  for (const order of [5, 3, 9, 1, 7, 2, 8]) {
    scheduler.enqueue({ order, takeTurn: () => turns.push(order) });
  }
  while (turns.length < 7) await nextTurn();
  expect(turns).toEqual([1, 2, 3, 5, 7, 8, 9]);
});

test('a request that returns with an older claim goes before those that wait', async () => {
  const scheduler = createScheduler();
  const turns: string[] = [];
  let left = 2;
  const old = {
    order: 1,
    takeTurn() {
      turns.push('old');
      left -= 1;
      if (left > 0) scheduler.enqueue(old);
    },
  };
  scheduler.enqueue({ order: 2, takeTurn: () => turns.push('young') });
  scheduler.enqueue(old);
  while (turns.length < 3) await nextTurn();
  expect(turns).toEqual(['old', 'old', 'young']);
});
