import { createBoundedCache } from '@souk/engine';
import type { Allowance, RateLimit } from '@souk/runtime/backplane';

/** Counts in memory, without waiting. */
export interface QuickCounter {
  /**
   * Takes the points and returns 0 if they are available; otherwise returns the milliseconds until they are.
   */
  take(key: string, points: number): number;
}

export interface QuickCounterOptions {
  readonly allowance: Allowance;
  /** A counter shared by all processes; without it this process counts by itself. */
  readonly shared: Pick<RateLimit, 'consume'> | null;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Milliseconds until points taken here are known to all processes. */
const SETTLE_MS = 100;
/** Beyond that, the least recently used keys start again from zero; some 10 MB. */
const MOST_KEYS = 50_000;

interface Window {
  readonly key: string;
  /** By all processes, as far as known here. */
  used: number;
  /** By this process. */
  own: number;
  endsAt: number;
  /** Taken here and not yet added to the shared counter. */
  unsettled: number;
  isSettling: boolean;
}

/**
 * Every request takes its points from memory, and they are settled with the shared counter soon after: the
 * first use of a window at once, later ones in batches ten times a second. So a request never waits, and a
 * flood costs the backplane no more than a trickle does.
 *
 * Exactness: one process never lets more than the allowance through. Several together may exceed it by what
 * each took before it heard of the others, that is, by the use of 100 ms and a round trip.
 */
export function createQuickCounter(options: QuickCounterOptions): QuickCounter {
  const { allowance, shared, now = Date.now } = options;
  const windowMs = allowance.perSeconds * 1_000;
  const windows = createBoundedCache<string, Window>(MOST_KEYS);
  const unsettled = new Set<Window>();
  let isScheduled = false;

  const settle = async (window: Window, counter: Pick<RateLimit, 'consume'>): Promise<void> => {
    const points = window.unsettled;
    window.unsettled = 0;
    window.isSettling = true;
    try {
      const { remaining, windowEndsInMs } = await counter.consume(window.key, allowance, points);
      const byAll = allowance.points - remaining + window.unsettled;
      // A counter that temporarily replaces the shared one knows less than this process does.
      window.used = Math.max(byAll, window.own);
      window.endsAt = now() + windowEndsInMs;
    } catch {
      // Points taken here remain counted here.
    } finally {
      window.isSettling = false;
    }
  };

  const settleLater = (counter: Pick<RateLimit, 'consume'>): void => {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(() => {
      isScheduled = false;
      const due = [...unsettled].filter(({ isSettling }) => !isSettling);
      for (const window of due) {
        unsettled.delete(window);
        void settle(window, counter);
      }
      if (unsettled.size > 0) settleLater(counter);
    }, SETTLE_MS).unref();
  };

  const begin = (key: string, at: number): Window => {
    const window = { key, used: 0, own: 0, endsAt: at + windowMs, unsettled: 0, isSettling: false };
    windows.set(key, window);
    return window;
  };

  return {
    take(key, points) {
      const at = now();
      const known = windows.get(key);
      const isNew = known === undefined || known.endsAt <= at;
      const window = isNew ? begin(key, at) : known;
      if (window.used + points > allowance.points) return window.endsAt - at;
      window.used += points;
      window.own += points;
      if (!shared) return 0;
      window.unsettled += points;
      if (isNew) void settle(window, shared);
      else {
        unsettled.add(window);
        settleLater(shared);
      }
      return 0;
    },
  };
}
