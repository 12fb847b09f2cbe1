/**
 * Gives tasks turns of the event loop: one viewer after the other, however many tasks each has waiting, and
 * for no longer than a time slice, so that requests get in between.
 */
export interface FairTurns {
  /**
   * Runs the work: at once as long as only a few tasks of this viewer are running, otherwise when it is the
   * viewer's turn. So a viewer with few tasks never waits, nor does a crowd of such viewers.
   */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  /** Tasks that wait for their turn. */
  readonly waiting: number;
}

export interface FairTurnsOptions {
  /** Concurrent tasks of one viewer. */
  readonly atOnce?: number;
  /** Milliseconds of work after which the event loop continues. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

interface ViewerQueue {
  readonly key: string;
  readonly tasks: (() => Promise<unknown>)[];
  running: number;
  /** Whether it is in the queue of viewers. */
  isScheduled: boolean;
}

export function createFairTurns({
  atOnce = 4,
  sliceMs = 5,
  now = performance.now.bind(performance),
}: FairTurnsOptions = {}): FairTurns {
  const queues = new Map<string, ViewerQueue>();
  const schedule: ViewerQueue[] = [];
  let waiting = 0;
  let isArmed = false;

  const arm = () => {
    if (isArmed || schedule.length === 0) return;
    isArmed = true;
    setImmediate(goRound);
  };
  const enqueue = (queue: ViewerQueue) => {
    if (queue.isScheduled || queue.tasks.length === 0 || queue.running >= atOnce) return;
    queue.isScheduled = true;
    schedule.push(queue);
    arm();
  };
  const ended = (queue: ViewerQueue) => {
    queue.running -= 1;
    if (queue.running === 0 && queue.tasks.length === 0) queues.delete(queue.key);
    else enqueue(queue);
  };
  const goRound = () => {
    isArmed = false;
    const until = now() + sliceMs;
    do {
      const queue = schedule.shift();
      if (!queue) break;
      queue.isScheduled = false;
      const task = queue.tasks.shift();
      if (task) {
        waiting -= 1;
        queue.running += 1;
        void task().then(() => ended(queue));
      }
      enqueue(queue);
    } while (now() < until);
    arm();
  };

  return {
    run: (key, work) => {
      const queue = queues.get(key) ?? { key, tasks: [], running: 0, isScheduled: false };
      queues.set(key, queue);
      if (queue.running < atOnce && queue.tasks.length === 0) {
        queue.running += 1;
        return work().finally(() => ended(queue));
      }
      waiting += 1;
      return new Promise((resolve, reject) => {
        queue.tasks.push(() => work().then(resolve, reject));
      });
    },
    get waiting() {
      return waiting;
    },
  };
}
