import { createBoundedCache } from '../bounded-cache.ts';
import type { PlanningTask, PlanningThread } from './planning-thread.ts';

/** An operation was given up because it takes too much to plan, and would be again. */
export class PlanningLimit extends Error {}

/** There is no plan for now, for a reason that is not the operation's: the same may be tried again. */
export class PlanningUnavailable extends Error {}

/**
 * Milliseconds of running time for one operation after which another thread is used, if there is one. Time
 * spent waiting for a processor does not count, since a second thread would only wait for it as well.
 */
const SLOW_MS = 100;
/**
 * Bytes by which the process may grow while one operation is planned; a planner that is asked for too
 * much takes memory before it takes time. The process is looked at, as Node 20 cannot tell what a
 * thread has, so it may be somebody else's growth: the operation may be asked again, once.
 */
const MOST_GROWTH = 384 * 1_048_576;
/** Milliseconds between two checks of memory and running time. */
const LOOK_MS = 50;
/** Extra milliseconds that an operation may wait for a processor; by then clients have given up. */
const MOST_IDLE_MS = 30_000;
/** How many operations are remembered for having taken too much once. */
const MOST_SUSPECTS = 200;

/** What a thread does for one operation, and who is told when that takes long. */
export interface WatchedWork {
  readonly thread: Pick<PlanningThread<unknown>, 'hasOwnTime' | 'usedMs'>;
  readonly task: PlanningTask;
  /** Milliseconds that the thread may run for it. */
  readonly limitMs: number;
  /** Called once when it takes long, but not too long. */
  readonly onSlow: () => void;
  /** Called once when it takes too much, after which nothing is watched. */
  readonly onExcess: (reason: Error) => void;
}

/** Watches what planning takes, of time and of memory. */
export class PlanningLimits {
  /**
   * Operations that took too long by elapsed time alone, or while the process grew, which can happen to any operation
   * on a busy machine. The second time it counts as the operation's own: it would be planned at each request otherwise.
   */
  readonly #tooMuchOnce = createBoundedCache<string, true>(MOST_SUSPECTS);

  /** Returns a function that ends the watch. */
  watch({ thread, task, limitMs, onSlow, onExcess }: WatchedWork): () => void {
    const before = { used: thread.usedMs(), at: performance.now() };
    const lookIfSlow = (): void => {
      const leftMs = before.used + SLOW_MS - thread.usedMs();
      if (leftMs > 0) slow = setTimeout(lookIfSlow, Math.max(1, leftMs));
      else onSlow();
    };
    let slow = setTimeout(lookIfSlow, SLOW_MS);
    // Asking the system takes a millisecond, and most operations are planned before the first check.
    let sizeBefore: number | null = null;
    const stop = (): void => {
      clearTimeout(slow);
      clearInterval(looks);
    };
    const giveUp = (reason: Error): void => {
      stop();
      onExcess(reason);
    };
    const look = (): void => {
      const size = process.memoryUsage.rss();
      sizeBefore ??= size;
      if (thread.usedMs() - before.used >= limitMs) {
        giveUp(this.#excessOf(task, thread.hasOwnTime, notInTime()));
      } else if (performance.now() - before.at >= limitMs + MOST_IDLE_MS) {
        giveUp(notInTime());
      } else if (size >= sizeBefore + MOST_GROWTH) {
        giveUp(this.#excessOf(task, false, tooLargeNow()));
      }
    };
    const looks = setInterval(look, Math.min(LOOK_MS, limitMs));
    return stop;
  }

  /** What an operation is given up for: `doubtful` the first time, when it may not be its own fault. */
  #excessOf(task: PlanningTask, isCertain: boolean, doubtful: PlanningUnavailable): Error {
    const text = task.kind === 'plan' ? task.operation.text : task.text;
    if (isCertain || this.#tooMuchOnce.get(text))
      return new PlanningLimit('This operation is too complex to plan: ask for less at a time.');
    this.#tooMuchOnce.set(text, true);
    return doubtful;
  }
}

const notInTime = (): PlanningUnavailable =>
  new PlanningUnavailable('This operation could not be planned in time: try again.');

const tooLargeNow = (): PlanningUnavailable =>
  new PlanningUnavailable(
    'This operation needs too much memory to plan now: ask for less, or try again.',
  );
