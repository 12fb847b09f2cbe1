import { expect, onTestFinished, test, vi } from 'vitest';
import { PlanningLimit, PlanningLimits, PlanningUnavailable } from './planning-limits.ts';

test('planning that grows memory too far may be retried once, and is too complex the second time', async () => {
  let size = 1_000_000;
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => size);
  onTestFinished(() => rss.mockRestore());
  const limits = new PlanningLimits();
  const refusalOf = (text: string) =>
    new Promise<Error>((resolve) => {
      limits.watch({
        // It waits for a processor, so no limit of time is reached.
        thread: {
          hasOwnTime: true,
          usedMs: () => {
            size += 200 * 1_048_576;
            return 0;
          },
        },
        task: { kind: 'check', text },
        limitMs: 10,
        onSlow: () => {},
        onExcess: resolve,
      });
    });
  const first = await refusalOf('{ a }');
  expect(first).toBeInstanceOf(PlanningUnavailable);
  expect(first.message).toBe(
    'This operation needs too much memory to plan now: ask for less, or try again.',
  );
  expect(await refusalOf('{ b }')).toBeInstanceOf(PlanningUnavailable);
  expect(await refusalOf('{ a }')).toBeInstanceOf(PlanningLimit);
});
