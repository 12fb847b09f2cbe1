import { describe, expect, test } from 'vitest';

describe('sums', () => {
  test('hold', () => expect(1 + 1).toBe(2));
  test('are off', () => {
    throw new Error('one more than\nit should be');
  });
});
