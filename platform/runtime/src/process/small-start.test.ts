import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hasStarted } from './small-start.ts';

test('what only the start needed is let go of when a process has started', async () => {
  const needed = new WeakRef({ document: 'read once' });
  // What a reference gives is kept to the end of the turn.
  await setImmediate();
  hasStarted();
  expect(needed.deref()).toBeUndefined();
  // Nobody else in the process has the collector in hand by it.
  expect(globalThis.gc).toBeUndefined();
});
