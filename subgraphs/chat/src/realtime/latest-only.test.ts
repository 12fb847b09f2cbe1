import { expect, test } from 'vitest';
import { createLatestOnly } from './latest-only.ts';

test('a newer item replaces a waiting one with its key, and moves behind what was queued since', async () => {
  const feed = createLatestOnly<string>(() => {});
  feed.put('typing', 'ada writes');
  feed.put('access', 'ask about bo again');
  feed.put('typing', 'ada and cy write');
  expect((await feed.next()).value).toBe('ask about bo again');
  expect((await feed.next()).value).toBe('ada and cy write');
  feed.end();
  expect(await feed.next()).toEqual({ done: true, value: undefined });
});
