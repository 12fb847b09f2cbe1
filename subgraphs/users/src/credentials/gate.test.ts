import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('no more than its slots run at once, the rest in order, and those beyond are turned away', async () => {
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
