import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('at most its slots run at once, others wait in order, and those beyond are refused', async () => {
  const gate = createGate({ slots: 2, maxWaiting: 3, whenFull: () => new Error('full') });
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const work = (n: number) =>
    gate(async () => {
      started.push(n);
      await new Promise<void>((resolve) => finish.push(resolve));
      return n;
    });
  const works = [0, 1, 2, 3, 4].map(work);
  await expect(work(5)).rejects.toThrow('full');
  expect(started).toEqual([0, 1]);
  for (let n = 0; n < 5; n += 1) {
    finish[n]?.();
    await works[n];
    await new Promise((resolve) => setImmediate(resolve));
    expect(started.length).toBe(Math.min(5, n + 3));
  }
  expect(await Promise.all(works)).toEqual([0, 1, 2, 3, 4]);
  expect(started).toEqual([0, 1, 2, 3, 4]);
});

test('a work that fails gives its slot back', async () => {
  const gate = createGate({ slots: 1, maxWaiting: 1, whenFull: () => new Error('full') });
  const broken = gate(() => Promise.reject(new Error('broken')));
  const next = gate(async () => 'done');
  await expect(broken).rejects.toThrow('broken');
  expect(await next).toBe('done');
});

test('each account has its own share of slots and queue, and others overtake its waiting requests', async () => {
  const ofOne = { slots: 1, maxWaiting: 2 };
  const gate = createGate({ slots: 2, maxWaiting: 10, ofOne, whenFull: () => new Error('full') });
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const work = (owner: string, n: number) =>
    gate(async () => {
      started.push(`${owner}${n}`);
      await new Promise<void>((resolve) => finish.set(`${owner}${n}`, resolve));
    }, owner);
  const greedy = [0, 1, 2].map((n) => work('a', n));
  await expect(work('a', 3)).rejects.toThrow('full');
  const other = work('b', 0);
  expect(started).toEqual(['a0', 'b0']);
  const waits = work('c', 0);
  expect(started).toEqual(['a0', 'b0']);
  finish.get('b0')?.();
  await other;
  // Those of the first account came before, and have their slot.
  expect(started).toEqual(['a0', 'b0', 'c0']);
  for (const each of ['a0', 'a1', 'a2', 'c0']) {
    finish.get(each)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all([...greedy, waits]);
  expect(started).toEqual(['a0', 'b0', 'c0', 'a1', 'a2']);
});
