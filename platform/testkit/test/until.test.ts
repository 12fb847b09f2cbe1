import { expect, test } from 'vitest';
import { until } from '../src/until.ts';

test('what is waited for long is looked at more and more seldom', async () => {
  const began = performance.now();
  const looks: number[] = [];
  await until(() => {
    looks.push(performance.now() - began);
    return performance.now() - began > 1_000;
  });
  // Ten in the first tenth of a second, and one more for each tenth part that is added; a busy machine has fewer.
  expect(looks.length).toBeLessThan(50);
  const late = looks.filter((at) => at > 500);
  expect(late.length).toBeLessThan(15);
});

test('what comes soon is seen soon, and what never comes is told of', async () => {
  let looks = 0;
  await until(() => {
    looks += 1;
    return looks === 3;
  });
  expect(looks).toBe(3);
  const waiting = until(() => false, { within: 100, describe: () => 'nobody came' });
  await expect(waiting).rejects.toThrow('After 100 ms: nobody came');
});
