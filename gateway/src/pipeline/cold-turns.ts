/**
 * Work that has to be done on the thread that answers everybody, such as validating an operation that
 * nobody has asked for before: so much of it, and then the event loop goes round. Who asks for what is known
 * does not wait for a crowd of new operations, as after a release of a client; and of the crowd each address
 * has its turn, however many of another's wait.
 */
export interface ColdTurns {
  /**
   * Does it at once where the event loop has time left for such work, else in its turn. Null, or a promise
   * of it, for what was not done: too much waits already, or nobody wants it any more.
   */
  run<Result>(asker: ColdAsker, work: () => Result): Result | null | Promise<Result | null>;
}

export interface ColdAsker {
  /** Turns are given to one row after the other. */
  readonly row: string;
  isWanted(): boolean;
}

export interface ColdTurnsOptions {
  /** Milliseconds of such work after which the event loop goes round. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

/** Pieces that wait, of one row and of all: about a second's work. */
const MOST_OF_A_ROW = 200;
const MOST_WAITING = 1_000;

export function createColdTurns({
  sliceMs = 5,
  now = performance.now.bind(performance),
}: ColdTurnsOptions = {}): ColdTurns {
  /** A row that has had its turn goes behind the others: a map gives its keys in their order. */
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
