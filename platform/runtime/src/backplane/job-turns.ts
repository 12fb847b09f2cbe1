import { within } from '../async/within.ts';

/** In which order the jobs of one worker begin. */
export interface JobTurns {
  /** Begins when none is tried alone. */
  beside<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Begins when those before it are over, and those behind it begin when it is. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

/**
 * Lets a job be tried without others beside it: what ends the process then is that job. Neither waits for
 * longer than this, as jobs may take their time, or hang.
 */
export function createJobTurns(mostMs: number): JobTurns {
  /** Resolves when all that were to be tried alone were, each for long enough. */
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
