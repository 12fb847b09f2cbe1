import { expect, test } from 'vitest';
import { beginningWith, containing } from './like.ts';

test('wildcards in what people look for stand for themselves', () => {
  expect(containing('50%_a\\b')).toBe('%50\\%\\_a\\\\b%');
  expect(beginningWith('%')).toBe('\\%%');
});
