import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';

async function* numbers(count: number, failure?: Error) {
  for (let number = 1; number <= count; number += 1) yield number;
  if (failure) throw failure;
}

test('results keep the order of the items, whichever is done first', async () => {
  const seen: number[] = [];
  for await (const number of inOrder(numbers(20), 5, async (item) => {
    await delay((item * 7) % 5);
    return item;
  })) {
    seen.push(number);
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test('never more than the limit are processed at a time', async () => {
  let running = 0;
  let most = 0;
  const results = inOrder(numbers(30), 4, async () => {
    running += 1;
    most = Math.max(most, running);
    await delay(1);
    running -= 1;
  });
  for await (const _ of results);
  expect(most).toBe(4);
});

test('a result is given before the source has another item', async () => {
  const quiet = (async function* () {
    yield 'only';
    await new Promise(() => {});
  })();
  const results = inOrder(quiet, 8, async (item) => item);
  expect((await results.next()).value).toBe('only');
});

test('a failure of the source comes after the results before it', async () => {
  const seen: number[] = [];
  const run = async () => {
    for await (const number of inOrder(numbers(3, new Error('lost')), 8, async (item) => item))
      seen.push(number);
  };
  await expect(run()).rejects.toThrow('lost');
  expect(seen).toEqual([1, 2, 3]);
});
