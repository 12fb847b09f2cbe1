import { expect, test } from 'vitest';
import { createOutputBuffers } from './output-buffers.ts';

test('a buffer is used again once it has been released, and not before', () => {
  const buffers = createOutputBuffers();
  const one = buffers.fill('a'.repeat(70_000), 70_000, true);
  const other = buffers.fill('b'.repeat(90_000), 90_000, true);
  expect(other.bytes.buffer).not.toBe(one.bytes.buffer);
  one.release();
  const third = buffers.fill('é'.repeat(40_000), 80_000, false);
  expect(third.bytes.buffer).toBe(one.bytes.buffer);
  expect(third.bytes.toString()).toBe('é'.repeat(40_000));
  expect(other.bytes.toString()).toBe('b'.repeat(90_000));
});
