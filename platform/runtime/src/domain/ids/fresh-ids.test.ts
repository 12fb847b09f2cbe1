import { expect, test } from 'vitest';
import { firstIdAt, isFresh, madeAt } from './fresh-ids.ts';
import { isIdOf, newId } from './typed-id.ts';

test('an id holds when it was made', () => {
  const before = Date.now();
  const made = madeAt(newId('usr')).getTime();
  expect(made).toBeGreaterThanOrEqual(before);
  expect(made).toBeLessThanOrEqual(Date.now());
});

test('ids of a moment stand behind the first one of it, and before the first of the next', () => {
  const id = newId('ord');
  const at = madeAt(id);
  expect(madeAt(firstIdAt('ord', at))).toEqual(at);
  expect(isIdOf('ord', firstIdAt('ord', at))).toBe(true);
  expect([firstIdAt('ord', new Date(at.getTime() + 1)), id, firstIdAt('ord', at)].sort()[1]).toBe(
    id,
  );
  expect(firstIdAt('ord', new Date(-1))).toBe(`ord_${'0'.repeat(26)}`);
});

test('an id is fresh for a minute, whichever clock is ahead', () => {
  const id = newId('usr');
  const made = madeAt(id).getTime();
  expect(isFresh(id, new Date(made + 59_000))).toBe(true);
  expect(isFresh(id, new Date(made - 59_000))).toBe(true);
  expect(isFresh(id, new Date(made + 60_000))).toBe(false);
  expect(isFresh('', new Date())).toBe(false);
});
