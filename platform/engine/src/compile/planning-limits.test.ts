import { expect, onTestFinished, test, vi } from 'vitest';
import { PlanningLimits, PlanningUnavailable } from './planning-limits.ts';

test('planning that grows memory too far is refused with that reason, and may be retried', async () => {
  let size = 1_000_000;
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => size);
  onTestFinished(() => rss.mockRestore());
  const reason = await new Promise<Error>((resolve) => {
    new PlanningLimits().watch({
      // It waits for a processor, so no limit of time is reached.
      thread: {
        hasOwnTime: true,
        usedMs: () => {
          size += 200 * 1_048_576;
          return 0;
        },
      },
      task: { kind: 'check', text: '{ a }' },
      limitMs: 10,
      onSlow: () => {},
      onExcess: resolve,
    });
  });
  expect(reason).toBeInstanceOf(PlanningUnavailable);
  expect(reason.message).toBe(
    'This operation needs too much memory to plan now: ask for less, or try again.',
  );
});
