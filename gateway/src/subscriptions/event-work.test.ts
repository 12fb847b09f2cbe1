import { expect, test } from 'vitest';
import { createEventAllowance } from './event-work.ts';

test('only a viewer who exceeded the budget waits for it to recover', () => {
  let now = 0;
  const allowance = createEventAllowance({ points: 100, perSeconds: 10 }, () => now);
  expect(allowance.waitMs('ada')).toBe(0);
  allowance.spend('ada', 150);
  expect(allowance.waitMs('ada')).toBe(5_100);
  expect(allowance.waitMs('bo')).toBe(0);
  now += 5_000;
  expect(allowance.waitMs('ada')).toBe(100);
  now += 101;
  expect(allowance.waitMs('ada')).toBe(0);
  now += 1_000_000;
  allowance.spend('ada', 100);
  expect(allowance.waitMs('ada')).toBeGreaterThan(0);
});

test('when it is switched off, nobody waits', () => {
  const allowance = createEventAllowance('off');
  allowance.spend('ada', 1e9);
  expect(allowance.waitMs('ada')).toBe(0);
});
