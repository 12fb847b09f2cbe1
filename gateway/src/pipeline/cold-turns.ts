/**
 * Limits work on the main thread, such as validating an operation that is seen for the first time: after some
 * milliseconds of it the event loop continues. Clients with known operations do not wait for a crowd of new
 * ones, as after the release of a client, and within the crowd every address gets its turn, however many
 * operations of another one wait.
 */
export interface ColdTurns {
  /**
   * Does the work at once if the event loop has time left for it, else in its turn. Null, or a promise of
   * null, if the work was not done because too much waits already or nobody wants it any more.
   */
  run<Result>(asker: ColdAsker, work: () => Result): Result | null | Promise<Result | null>;
}

export interface ColdAsker {
  /** Turns are given to one queue after the other. */
  readonly row: string;
  isWanted(): boolean;
}

export interface ColdTurnsOptions {
  /** Milliseconds of such work after which the event loop continues. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

/** Tasks that may wait, in one queue and in total: about a second's work. */
const MOST_OF_A_ROW = 200;
const MOST_WAITING = 1_000;

export function createColdTurns({
  sliceMs = 5,
  now = performance.now.bind(performance),
}: ColdTurnsOptions = {}): ColdTurns {
  /** A queue that has had its turn goes behind the others: a map keeps the order of its keys. */
  const rows = new Map<string, (() => void)[]>();
  let waiting = 0;
  let spentMs = 0;
  let isArmed = false;

  const arm = () => {
    if (isArmed) return;
    isArmed = true;
    setImmediate(goRound);
  };
  const goRound = () => {
    isArmed = false;
    spentMs = 0;
    while (waiting > 0 && spentMs < sliceMs) next();
    if (waiting > 0) arm();
  };
  const next = () => {
    const [first] = rows;
    if (!first) return;
    const [row, tasks] = first;
    const task = tasks.shift();
    rows.delete(row);
    if (tasks.length > 0) rows.set(row, tasks);
    waiting -= 1;
    task?.();
  };
  const timed = <Result>(work: () => Result): Result => {
    arm();
    const startedAt = now();
    try {
      return work();
    } finally {
      spentMs += now() - startedAt;
    }
  };

  return {
    run: (asker, work) => {
      const { row } = asker;
      if (waiting === 0 && spentMs < sliceMs) return timed(work);
      const tasks = rows.get(row) ?? [];
      if (waiting >= MOST_WAITING || tasks.length >= MOST_OF_A_ROW) return null;
      arm();
      waiting += 1;
      rows.set(row, tasks);
      return new Promise((resolve, reject) => {
        tasks.push(() => {
          try {
            resolve(asker.isWanted() ? timed(work) : null);
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}
