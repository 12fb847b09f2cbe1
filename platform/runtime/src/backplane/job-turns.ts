import { within } from '../async/within.ts';

/** The order in which the jobs of one worker begin. */
export interface JobTurns {
  /** Begins when no job is being run alone. */
  beside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Begins when all earlier jobs are done, and later ones begin when it is done. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Lets a job be run without others beside it: if the process ends then, this job is the cause. No job waits
 * for longer than this, since others may take their time, or hang.
 */
export function createJobTurns(mostMs: number): JobTurns {
  /** Resolves when all jobs that were to be run alone have been, each for long enough. */
  let lastAlone: Promise<unknown> = Promise.resolve();
  const entered = new Set<Promise<unknown>>();

  const enter = <Result>(running: Promise<Result>): Promise<Result> => {
    const leave = () => void entered.delete(over);
    const over: Promise<void> = running.then(leave, leave);
    entered.add(over);
    return running;
  };
  const boundedBy = (...running: readonly Promise<unknown>[]) =>
    within(mostMs, Promise.allSettled(running), () => undefined);

  return {
    beside: (work) => enter(lastAlone.then(work)),
    alone: (work) => {
      const earlier = [...entered];
      const begun = lastAlone.then(() => boundedBy(...earlier));
      const running = enter(begun.then(work));
      lastAlone = begun.then(() => boundedBy(running));
      return running;
    },
  };
}
