import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PlanningThreads } from './planning-threads.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Threads that are given operations, are never done, and have run as long as the test says. */
function standingThreads() {
  const started: { usedMs: number }[] = [];
  const threads = new PlanningThreads(() => {
    const thread = { usedMs: 0 };
    started.push(thread);
    return {
      planners: new Set(),
      isBusy: false,
      isSlow: false,
      hasOwnTime: true,
      carryOut: ({ kind }) => (kind === 'load' ? Promise.resolve({}) : new Promise(() => {})),
      usedMs: () => thread.usedMs,
      end: () => {},
    };
  });
  const planner = threads.open({ supergraphSdl: '', supportedFeatures: [], mostPlansEvaluated: 1 });
  const plan = (text: string) =>
    threads.do({
      planner,
      task: { kind: 'plan', operation: { text, overrides: [] } },
      limitMs: 60_000,
      resolve: () => {},
      reject: () => {},
    });
  return { started, plan };
}

test('a second thread is started behind an operation that the first has run long for', async () => {
  const { started, plan } = standingThreads();
  plan('{ hard }');
  plan('{ easy }');
  await vi.advanceTimersByTimeAsync(1);
  for (const thread of started) thread.usedMs = 100;
  await vi.advanceTimersByTimeAsync(150);
  expect(started).toHaveLength(2);
});

test('none is started behind one that only waits for a processor, which a second would take from it', async () => {
  const { started, plan } = standingThreads();
  plan('{ easy }');
  plan('{ other }');
  await vi.advanceTimersByTimeAsync(1);
  for (const thread of started) thread.usedMs = 28;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(started).toHaveLength(1);
  for (const thread of started) thread.usedMs = 100;
  await vi.advanceTimersByTimeAsync(150);
  expect(started).toHaveLength(2);
});
