import { expect, test } from 'vitest';
import { createBreaker, createRetryBudget, DEFAULT_RESILIENCE } from './resilience.ts';

test('a subgraph that keeps failing gets no requests for a while, and is then tried with one', async () => {
  let now = 0;
  const breaker = createBreaker({ ...DEFAULT_RESILIENCE, breakerMinimumRps: 1 }, () => now);
  for (let request = 0; request < 30 && breaker.allows(); request += 1) breaker.failed();
  expect(breaker.allows()).toBe(false);
  now += DEFAULT_RESILIENCE.breakerRestMs;
  expect(breaker.allows()).toBe(true);
  expect(breaker.allows()).toBe(false);
  breaker.failed();
  now += DEFAULT_RESILIENCE.breakerRestMs - 1;
  expect(breaker.allows()).toBe(false);
  now += 1;
  expect(breaker.allows()).toBe(true);
  breaker.succeeded();
  expect([breaker.allows(), breaker.allows()]).toEqual([true, true]);
});

test('a few failures among many successes change nothing', () => {
  const breaker = createBreaker({ ...DEFAULT_RESILIENCE, breakerMinimumRps: 1 });
  for (let request = 0; request < 200; request += 1) {
    if (request % 4 === 0) breaker.failed();
    else breaker.succeeded();
  }
  expect(breaker.allows()).toBe(true);
});

test('retries are a tenth of the requests, after those of ten seconds that were saved up', () => {
  const budget = createRetryBudget(0.1, () => 0);
  let spent = 0;
  for (let request = 0; request < 1_000; request += 1) {
    budget.earn();
    if (budget.spend()) spent += 1;
  }
  expect(spent).toBeGreaterThanOrEqual(198);
  expect(spent).toBeLessThanOrEqual(201);
});

test('a gateway with few requests may retry ten times a second as well', () => {
  let now = 0;
  const budget = createRetryBudget(0.1, () => now);
  const spendAll = () => {
    let spent = 0;
    while (budget.spend()) spent += 1;
    return spent;
  };
  expect(spendAll()).toBe(100);
  now += 500;
  expect(spendAll()).toBe(5);
  now += 60_000;
  expect(spendAll()).toBe(100);
});
