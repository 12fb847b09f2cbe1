import { setImmediate } from 'node:timers/promises';
import v8 from 'node:v8';
import { expect, test } from 'vitest';
import { hasStarted } from './small-start.ts';

const committed = (): number => v8.getHeapStatistics().total_heap_size / 1_048_576;

test('the pages of what is gone are given back, though something is left on each of them', () => {
  // Objects of a size that fills pages, every hundredth of which lives on, like what a start leaves behind.
  const all = Array.from({ length: 400_000 }, (_, index) => ({ index, text: `text ${index}` }));
  const kept = all.filter((_, index) => index % 100 === 0);
  const before = committed();
  all.length = 0;
  hasStarted();
  expect(kept[3]?.text).toBe('text 300');
  expect(committed()).toBeLessThan(before - 10);
});

test('what only the start needed is let go of when a process has started', async () => {
  const needed = new WeakRef({ document: 'read once' });
  // What a reference returns is kept to the end of the turn.
  await setImmediate();
  hasStarted();
  expect(needed.deref()).toBeUndefined();
  // Nobody else in the process has the collector in hand by it.
  expect(globalThis.gc).toBeUndefined();
});
