/**
 * Work that has to be done on the thread that answers everybody, such as validating an operation that
 * nobody has asked for before: so much of it, and then the event loop goes round. A crowd of new operations,
 * as after a release of a client, waits for its turns; who asks for what is known does not wait for the crowd.
 */
export interface ColdTurns {
  /** Does it at once where the event loop has time left for such work, else in its turn, in order. */
  run<Result>(work: () => Result): Result | Promise<Result>;
}

export interface ColdTurnsOptions {
  /** Milliseconds of such work after which the event loop goes round. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

export function createColdTurns({
  sliceMs = 5,
  now = performance.now.bind(performance),
}: ColdTurnsOptions = {}): ColdTurns {
  const waiting: (() => void)[] = [];
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
    while (waiting.length > 0 && spentMs < sliceMs) waiting.shift()?.();
    if (waiting.length > 0) arm();
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
    run: (work) => {
      if (waiting.length === 0 && spentMs < sliceMs) return timed(work);
      arm();
      return new Promise((resolve, reject) => {
        waiting.push(() => {
          try {
            resolve(timed(work));
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}
