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

/** Threads that do at once what they are asked. */
function willingThreads() {
  const loads: boolean[] = [];
  let running = 0;
  const threads = new PlanningThreads(() => {
    running += 1;
    return {
      planners: new Set(),
      isBusy: false,
      isSlow: false,
      hasOwnTime: true,
      carryOut: async (order) => {
        if (order.kind === 'load') loads.push(order.isValid);
        return { result: '' };
      },
      usedMs: () => 0,
      end: () => {
        running -= 1;
      },
    };
  });
  const planner = threads.open({ supergraphSdl: '', supportedFeatures: [], mostPlansEvaluated: 1 });
  const ask = (text?: string) =>
    new Promise((resolve, reject) => {
      const task =
        text === undefined ? null : { kind: 'plan' as const, operation: { text, overrides: [] } };
      threads.do({ planner, task, limitMs: 60_000, resolve, reject });
    });
  return { ask, loads, running: () => running };
}

test('an idle planning thread is ended', async () => {
  const { ask, loads, running } = willingThreads();
  await ask();
  expect(running()).toBe(1);
  await vi.advanceTimersByTimeAsync(25_000);
  expect(running()).toBe(0);
  // Whoever asks after all waits for another, which need not find out again that the supergraph is one.
  await ask('{ late }');
  expect(loads).toEqual([false, true]);
});

test('a thread that plans is kept for minutes, and for as long as it is asked', async () => {
  const { ask, loads, running } = willingThreads();
  await ask();
  for (let minutes = 0; minutes < 12; minutes += 4) {
    await ask('{ now and then }');
    await vi.advanceTimersByTimeAsync(4 * 60_000);
  }
  expect(loads).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2 * 60_000);
  expect(running()).toBe(0);
});
