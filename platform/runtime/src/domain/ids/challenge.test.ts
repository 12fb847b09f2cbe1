import { expect, test } from 'vitest';
import { CODE_ALPHABET, CODE_LENGTH, newCode, normalCode } from './challenge.ts';

test.each([
  'ABCD2345',
  'abcd2345',
  ' ABCD-2345 ',
  'ＡＢＣＤ２３４５',
  'abcd 2345',
  'A-B-C-D-2-3-4-5',
])('%j is typed for ABCD2345', (typed) => {
  expect(normalCode(typed)).toBe('ABCD2345');
});

test('codes have eight signs of an alphabet without look-alikes, and use all of it', () => {
  expect(CODE_ALPHABET).toHaveLength(32);
  expect(CODE_ALPHABET).not.toMatch(/[IO01]/);
  const seen = new Set<string>();
  for (let n = 0; n < 500; n += 1) {
    const code = newCode();
    expect(code).toHaveLength(CODE_LENGTH);
    expect(normalCode(code)).toBe(code);
    for (const sign of code) seen.add(sign);
  }
  expect([...seen].sort().join('')).toBe([...CODE_ALPHABET].sort().join(''));
});
