import { expect, test } from 'vitest';
import { createTypicalSize } from './variant.ts';

test('an operation waits in proportion to what it usually reads, within limits', () => {
  const size = createTypicalSize();
  expect(size.handicap).toBe(0);
  size.add(80 * 1_024);
  expect(size.handicap).toBe(80);
  for (let times = 0; times < 50; times += 1) size.add(4 * 1_024);
  expect(size.handicap).toBeCloseTo(4, 0);
  size.add(1e9);
  expect(size.handicap).toBe(200);
});
