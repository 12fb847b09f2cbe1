import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Allowance, RateLimit } from './backplane.ts';
import { createQuickCounter } from './quick-counter.ts';
import { createInProcessRateLimit } from './rate-limit.ts';
import { createSettledRateLimit } from './settled-rate-limit.ts';

const allowance: Allowance = { rule: 'test', points: 10, perSeconds: 60 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('on its own it lets through exactly the allowance until the window ends', () => {
  const counter = createQuickCounter({ allowance, shared: null });
  const takes = Array.from({ length: 25 }, () => counter.take('ada', 1));
  expect(takes.filter((waitMs) => waitMs === 0)).toHaveLength(10);
  expect(counter.take('bo', 1)).toBe(0);
  vi.advanceTimersByTime(20_000);
  expect(counter.take('ada', 1)).toBe(40_000);
  vi.advanceTimersByTime(40_000);
  expect(counter.take('ada', 1)).toBe(0);
});

test('what is too dear now leaves the points for what is cheaper', () => {
  const counter = createQuickCounter({ allowance, shared: null });
  expect(counter.take('ada', 8)).toBe(0);
  expect(counter.take('ada', 5)).toBeGreaterThan(0);
  expect(counter.take('ada', 2)).toBe(0);
});

test('two processes with one counter behind them agree within a settling', async () => {
  const shared = createInProcessRateLimit();
  const [here, there] = [1, 2].map(() => createQuickCounter({ allowance, shared }));
  for (let use = 0; use < 6; use += 1) here?.take('ada', 1);
  await vi.advanceTimersByTimeAsync(100);
  // There the first use tells what was used here.
  expect(there?.take('ada', 1)).toBe(0);
  await vi.advanceTimersByTimeAsync(0);
  expect(Array.from({ length: 5 }, () => there?.take('ada', 1) === 0)).toEqual([
    ...[true, true, true],
    ...[false, false],
  ]);
  await vi.advanceTimersByTimeAsync(100);
  expect(here?.take('ada', 1)).toBe(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(here?.take('ada', 1)).toBeGreaterThan(0);
});

test('a flood is settled ten times a second, and not at all once it is refused', async () => {
  const inner = createInProcessRateLimit();
  const consume = vi.fn<RateLimit['consume']>((...use) => inner.consume(...use));
  const counter = createQuickCounter({
    allowance: { ...allowance, points: 1_000 },
    shared: { consume },
  });
  for (let tenth = 0; tenth < 20; tenth += 1) {
    for (let use = 0; use < 100; use += 1) counter.take('ada', 1);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(consume.mock.calls.length).toBeLessThanOrEqual(11);
  expect(consume.mock.calls.reduce((sum, [, , points = 1]) => sum + points, 0)).toBe(1_000);
});

test('while the shared counter fails it counts on its own', async () => {
  const shared = { consume: () => Promise.reject(new Error('away')) };
  const counter = createQuickCounter({ allowance, shared });
  let allowed = 0;
  for (let use = 0; use < 30; use += 1) {
    if (counter.take('ada', 1) === 0) allowed += 1;
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(allowed).toBe(10);
});

test('a counter that replaces the shared one does not make this process forget', async () => {
  let shared = createInProcessRateLimit();
  const counter = createQuickCounter({
    allowance,
    shared: { consume: (...use) => shared.consume(...use) },
  });
  for (let use = 0; use < 6; use += 1) counter.take('ada', 1);
  await vi.advanceTimersByTimeAsync(100);
  shared = createInProcessRateLimit();
  const takes = [];
  for (let use = 0; use < 10; use += 1) {
    takes.push(counter.take('ada', 1));
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(takes.filter((waitMs) => waitMs === 0)).toHaveLength(4);
});

test('what is on its way to a slow counter is not forgotten meanwhile', async () => {
  const inner = createInProcessRateLimit();
  const elsewhere = createQuickCounter({ allowance, shared: inner });
  for (let use = 0; use < 4; use += 1) elsewhere.take('ada', 1);
  await vi.advanceTimersByTimeAsync(100);
  const consume: RateLimit['consume'] = async (...use) => {
    const answer = await inner.consume(...use);
    await new Promise((resolve) => setTimeout(resolve, 450));
    return answer;
  };
  const counter = createQuickCounter({ allowance, shared: { consume } });
  const takes: number[] = [];
  for (let use = 0; use < 16; use += 1) {
    takes.push(counter.take('ada', 1));
    await vi.advanceTimersByTimeAsync(150);
  }
  // Six are left for it; before the first answer it knew of ten.
  expect(takes.filter((waitMs) => waitMs === 0)).toHaveLength(6);
});

const five: Allowance = { ...allowance, points: 5, perSeconds: 1 };
/** Four uses a second, of which one is 50 ms before the first window ends. */
const TIMES = Array.from({ length: 20 }, (_, nth) => (nth === 4 ? 950 : nth * 250));

test.each([
  ['has ended when it is settled', 0, 20],
  ['ends while that is on its way', 50, 50],
])('who stays below the limit is not refused where a window %s', async (_, thereMs, backMs) => {
  const inner = createInProcessRateLimit();
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const consume: RateLimit['consume'] = async (...use) => {
    await wait(thereMs);
    const answer = await inner.consume(...use);
    await wait(backMs);
    return answer;
  };
  const counter = createQuickCounter({ allowance: five, shared: { consume } });
  const begunAt = Date.now();
  const refused: number[] = [];
  for (const at of TIMES) {
    await vi.advanceTimersByTimeAsync(begunAt + at - Date.now());
    if (counter.take('ada', 1) > 0) refused.push(at);
  }
  expect(refused).toEqual([]);
});

test('what is not settled yet when its window ends is not counted in the next one', async () => {
  const shared = createInProcessRateLimit();
  const counter = createQuickCounter({ allowance: five, shared });
  counter.take('ada', 1);
  await vi.advanceTimersByTimeAsync(950);
  expect(await shared.used('ada', five)).toBe(1);
  counter.take('ada', 4);
  await vi.advanceTimersByTimeAsync(150);
  expect(await shared.used('ada', five)).toBe(0);
  expect(counter.take('ada', 5)).toBe(0);
});

test('who waits where a window begins knows what others took of it, and is kept waiting no more in it', async () => {
  const inner = createInProcessRateLimit();
  const consume = vi.fn<RateLimit['consume']>((...use) => inner.consume(...use));
  await inner.consume('ada', allowance, 7);
  const rates = createSettledRateLimit({ ...inner, consume });
  const uses: boolean[] = [];
  for (let use = 0; use < 5; use += 1) uses.push((await rates.consume('ada', allowance)).allowed);
  expect(uses).toEqual([true, true, true, false, false]);
  expect(consume).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(await inner.used('ada', allowance)).toBe(10);
  const elsewhere = createSettledRateLimit(inner);
  expect(await elsewhere.consume('ada', allowance)).toMatchObject({
    ...{ allowed: false, remaining: 0, retryAfterSeconds: 60 },
  });
  // The mutant: who does not wait is let through once more.
  expect(createQuickCounter({ allowance, shared: inner }).take('ada', 1)).toBe(0);
});

test('what is given back can be taken again, whether it was settled or not', async () => {
  const inner = createInProcessRateLimit();
  const rates = createSettledRateLimit(inner);
  for (let use = 0; use < 10; use += 1) await rates.consume('ada', allowance);
  expect((await rates.consume('ada', allowance)).allowed).toBe(false);
  await rates.giveBack('ada', allowance);
  expect((await rates.consume('ada', allowance)).allowed).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  await rates.giveBack('ada', allowance);
  expect(await inner.used('ada', allowance)).toBe(9);
  expect((await rates.consume('ada', allowance)).allowed).toBe(true);
});

test('what is given back while the shared counter is being told of it can be taken again', async () => {
  const inner = createInProcessRateLimit();
  const consume: RateLimit['consume'] = async (...use) => {
    const answer = await inner.consume(...use);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return answer;
  };
  const rates = createSettledRateLimit({ ...inner, consume });
  const first = rates.consume('ada', allowance);
  for (let use = 1; use < 10; use += 1) await rates.consume('ada', allowance);
  await vi.advanceTimersByTimeAsync(100);
  expect((await first).allowed).toBe(true);
  // All ten are counted there, and the answer that says so is on its way.
  expect(await inner.used('ada', allowance)).toBe(10);
  await rates.giveBack('ada', allowance);
  await vi.advanceTimersByTimeAsync(100);
  expect(await inner.used('ada', allowance)).toBe(9);
  expect((await rates.consume('ada', allowance)).allowed).toBe(true);
  expect((await rates.consume('ada', allowance)).allowed).toBe(false);
});
