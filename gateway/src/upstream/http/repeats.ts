/** Repeats after an answer such as 503, or where nothing could be connected to: more would not help so soon. */
const MOST_REPEATS = 2;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

/**
 * Milliseconds to wait before a failed request is sent again; undefined if that would help no more. A reset says that a
 * connection has ended, and nothing about the next one. Resets may come one after another, and each of them can hit the
 * same request: so their number does not end it, but its deadline, an empty budget, an open breaker or a streak of nothing except
 * resets. The pauses grow, and vary by half, so that what one reset has hit does not come back at once.
 */
export function pauseBeforeRepeat(repeats: number, wasReset: boolean): number | undefined {
  if (!wasReset && repeats >= MOST_REPEATS) return undefined;
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** repeats);
  return longest * (0.5 + Math.random() / 2);
}

/** Resets of a subgraph's connections since it last answered. */
export interface ResetStreak {
  answered(): void;
  /** A connection was reset. Whether it is one of few: false if there has been nothing except resets for too long. */
  isBrief(now?: number): boolean;
}

/**
 * A reset is no sign of an overloaded subgraph, because its other connections work. This holds while it answers
 * something: a subgraph whose connections have all been reset for `briefMs` is away, whoever accepts them in its place.
 * A pause longer than `endsAfterMs` ends a streak, since nobody has asked meanwhile.
 */
export function createResetStreak(briefMs: number, endsAfterMs: number): ResetStreak {
  let since: number | undefined;
  let last = 0;
  return {
    answered() {
      since = undefined;
    },
    isBrief(now = performance.now()) {
      if (since === undefined || now - last > endsAfterMs) since = now;
      last = now;
      return now - since <= briefMs;
    },
  };
}
