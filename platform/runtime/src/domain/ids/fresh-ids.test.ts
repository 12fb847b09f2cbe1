import { expect, test } from 'vitest';
import { isFresh, madeAt } from './fresh-ids.ts';
import { newId } from './typed-id.ts';

test('an id tells when it was made', () => {
  const before = Date.now();
  const made = madeAt(newId('usr')).getTime();
  expect(made).toBeGreaterThanOrEqual(before);
  expect(made).toBeLessThanOrEqual(Date.now());
});

test('an id is fresh for a minute, whichever clock is ahead', () => {
  const id = newId('usr');
  const made = madeAt(id).getTime();
  expect(isFresh(id, new Date(made + 59_000))).toBe(true);
  expect(isFresh(id, new Date(made - 59_000))).toBe(true);
  expect(isFresh(id, new Date(made + 60_000))).toBe(false);
  expect(isFresh('', new Date())).toBe(false);
});
