import { PlanningUnavailable, planningThreads } from '@souk/engine/testing';
import { onTestFinished, vi } from 'vitest';

type Job = Parameters<typeof planningThreads.do>[0];

/** The next planning jobs of a kind, as many as given, find no thread until the end of the test. */
export function planningUnavailable(
  times: number,
  concerns: (operation: Job['task']) => boolean,
): { readonly refused: number } {
  const plan = planningThreads.do.bind(planningThreads);
  let refused = 0;
  const unavailable = vi.spyOn(planningThreads, 'do').mockImplementation((job) => {
    if (refused === times || !concerns(job.task)) return plan(job);
    refused += 1;
    job.reject(new PlanningUnavailable('This operation could not be planned now: try again.'));
  });
  onTestFinished(() => unavailable.mockRestore());
  return {
    get refused() {
      return refused;
    },
  };
}
