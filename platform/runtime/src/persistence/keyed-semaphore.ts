/**
 * Like PostgreSQL's error after waiting too long, with the same code (lock_not_available): nobody's mistake.
 */
class NoPermit extends Error {
  readonly code = '55P03';
  constructor(key: string) {
    super(`Too many wait for "${key}", or for too long.`);
  }
}

export interface KeyedSemaphoreOptions {
  /** Concurrent tasks for one key: one running, and one ready to follow it. */
  readonly permits?: number;
  /** How many may wait for one key; more are refused at once. */
  readonly mostWaiting?: number;
  /** Milliseconds after which a waiting task is refused: by then a gateway has given up its request. */
  readonly maxWaitMs?: number;
}

/**
 * Lets few tasks at a time work on the same key, while the others wait in the order in which they came.
 * Contention for one key does not delay tasks for other keys.
 */
export interface KeyedSemaphore {
  /** The permits of one task; none at first. */
  hold(): Permits;
  /** Tasks that are waiting now. */
  readonly waiting: number;
}

export interface Permits {
  /**
   * Waits for a permit for each of these keys. When too many are waiting, or after too long, throws as
   * PostgreSQL does when a lock is not available; then no permit is held.
   */
  acquire(keys: Iterable<string>): Promise<void>;
  /** Takes permits without waiting: all of them, or none if one is not available. */
  tryAcquire(keys: readonly string[]): boolean;
  /** Counts this task for these keys, however many tasks run for them already. */
  force(keys: readonly string[]): void;
  /** Returns all of them, each to the task that has waited for it longest. */
  release(): void;
}

interface Line {
  taken: number;
  /** Starts the waiting tasks, in their order. */
  readonly waiting: Set<() => void>;
}

export function createKeyedSemaphore({
  permits = 2,
  mostWaiting = 1_000,
  maxWaitMs = 5_000,
}: KeyedSemaphoreOptions = {}): KeyedSemaphore {
  const lines = new Map<string, Line>();
  let waiting = 0;

  const lineOf = (key: string): Line => {
    const line = lines.get(key) ?? { taken: 0, waiting: new Set() };
    lines.set(key, line);
    return line;
  };
  const hasRoom = (key: string): boolean => {
    const line = lines.get(key);
    return !line || (line.taken < permits && line.waiting.size === 0);
  };
  const giveBack = (key: string) => {
    const line = lineOf(key);
    line.taken -= 1;
    const [next] = line.taken < permits ? line.waiting : [];
    if (next) next();
    else if (line.taken === 0) lines.delete(key);
  };
  const waitFor = (key: string, signal: AbortSignal): Promise<void> => {
    const line = lineOf(key);
    if (line.waiting.size >= mostWaiting || signal.aborted) throw new NoPermit(key);
    return new Promise((resolve, reject) => {
      const leave = () => {
        line.waiting.delete(begin);
        waiting -= 1;
        signal.removeEventListener('abort', giveUp);
      };
      const begin = () => {
        leave();
        line.taken += 1;
        resolve();
      };
      const giveUp = () => {
        leave();
        reject(new NoPermit(key));
      };
      line.waiting.add(begin);
      waiting += 1;
      signal.addEventListener('abort', giveUp);
    });
  };

  const hold = (): Permits => {
    const held = new Set<string>();
    const take = (key: string) => {
      if (held.has(key)) return;
      lineOf(key).taken += 1;
      held.add(key);
    };
    const release = () => {
      for (const key of held) giveBack(key);
      held.clear();
    };
    return {
      // The same order everywhere, so that two tasks that wait for the same keys never wait for each other.
      acquire: async (keys) => {
        const wanted = [...new Set(keys)].filter((key) => !held.has(key)).sort();
        let signal: AbortSignal | undefined;
        try {
          for (const key of wanted) {
            if (hasRoom(key)) take(key);
            else {
              signal ??= AbortSignal.timeout(maxWaitMs);
              await waitFor(key, signal);
              held.add(key);
            }
          }
        } catch (error) {
          release();
          throw error;
        }
      },
      tryAcquire: (keys) => {
        if (!keys.every((key) => held.has(key) || hasRoom(key))) return false;
        keys.forEach(take);
        return true;
      },
      force: (keys) => keys.forEach(take),
      release,
    };
  };

  return {
    hold,
    get waiting() {
      return waiting;
    },
  };
}
