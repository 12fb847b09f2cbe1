import { expect, test } from 'vitest';
import { createBoundedCache, LONGEST_KEY } from './bounded-cache.ts';

test('used entries stay, unused ones are dropped, and the size is bounded', () => {
  const cache = createBoundedCache<number, string>(10);
  cache.set(-1, 'used');
  for (let key = 0; key < 1_000; key += 1) {
    cache.set(key, String(key));
    expect(cache.get(-1)).toBe('used');
    expect(cache.size).toBeLessThanOrEqual(10);
  }
  expect(cache.get(0)).toBeUndefined();
  expect(cache.get(999)).toBe('999');
});

test('keys that are too long are not kept, so that no client fills the memory with padding', () => {
  const cache = createBoundedCache<string, string>(10);
  cache.set('x'.repeat(LONGEST_KEY), 'kept');
  cache.set('x'.repeat(LONGEST_KEY + 1), 'not kept');
  expect(cache.size).toBe(1);
});
