import type { Allowance, RateLimit, RateLimitAnswer } from './backplane.ts';

/** Counts in memory, without waiting. */
export interface QuickCounter {
  /**
   * Takes the points and returns 0 if they are available; otherwise returns the milliseconds until they are.
   */
  take(key: string, points: number): number;
  /**
   * The same, except that the shared counter is waited for where a window begins here: what others took of it
   * counts from the first use.
   */
  consume(key: string, points: number): Promise<RateLimitAnswer>;
  /** Gives points of the current window back. */
  giveBack(key: string, points: number): Promise<void>;
}

export interface QuickCounterOptions {
  readonly allowance: Allowance;
  /** A counter shared by all processes; without it this process counts by itself. */
  readonly shared: (Pick<RateLimit, 'consume'> & Partial<Pick<RateLimit, 'giveBack'>>) | null;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Milliseconds until points taken here are known to all processes. */
const SETTLE_MS = 100;
/** Beyond that, the keys whose windows began first start again from zero; some 10 MB. */
const MOST_KEYS = 50_000;

interface Window {
  readonly key: string;
  /** By all processes, as far as known here. */
  used: number;
  /** By this process. */
  own: number;
  /** The latest that it may end, as an answer says how long it lasts but not when that was. */
  endsAt: number;
  /** The earliest, by what the answer took to come. */
  endsFrom: number;
  /** Taken here and not yet added to the shared counter. */
  unsettled: number;
  isSettling: boolean;
  /** Given back to the shared counter since it was last asked: its answer still has them as used. */
  givenBack: number;
}

/**
 * Every request takes its points from memory, and they are settled with the shared counter soon after: the
 * first use of a window at once, later ones in batches ten times a second. So a request never waits, and a
 * flood costs the backplane no more than a trickle does.
 *
 * Exactness: one process never lets more than the allowance through. Several together may exceed it by what
 * each took before it heard of the others, that is, by the use of 100 ms and a round trip.
 *
 * Points count in the window they were taken in: those that are not settled when it ends no longer are. Only what
 * is on its way to the shared counter just then is counted by it in the next window.
 */
export function createQuickCounter(options: QuickCounterOptions): QuickCounter {
  const { allowance, shared, now = Date.now } = options;
  const windowMs = allowance.perSeconds * 1_000;
  const windows = new Map<string, Window>();
  const unsettled = new Set<Window>();
  let isScheduled = false;

  const settle = async (
    window: Window,
    counter: Pick<RateLimit, 'consume'>,
  ): Promise<RateLimitAnswer | null> => {
    const points = window.unsettled;
    window.unsettled = 0;
    window.givenBack = 0;
    window.isSettling = true;
    const askedAt = now();
    try {
      const answer = await counter.consume(window.key, allowance, points);
      const { remaining, windowEndsInMs } = answer;
      const endsAt = now() + windowEndsInMs;
      const meanwhile = window.unsettled - window.givenBack;
      // The window ended while they were on their way: they are the first of the next one.
      if (endsAt - windowMs >= window.endsFrom) window.own = points + meanwhile;
      // A counter that temporarily replaces the shared one knows less than this process does.
      window.used = Math.max(allowance.points - remaining + meanwhile, window.own);
      window.endsAt = endsAt;
      window.endsFrom = askedAt + windowEndsInMs;
      return answer;
    } catch {
      // Points taken here remain counted here.
      return null;
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
        // The shared counter would count in the next window what was taken in one that has ended.
        if (window.endsAt > now()) void settle(window, counter);
      }
      if (unsettled.size > 0) settleLater(counter);
    }, SETTLE_MS).unref();
  };

  const begin = (key: string, at: number): Window => {
    const endsAt = at + windowMs;
    const counted = { used: 0, own: 0, unsettled: 0, givenBack: 0 };
    const window = { key, endsAt, endsFrom: endsAt, isSettling: false, ...counted };
    // Inserted again, so that the first of them is the oldest.
    windows.delete(key);
    if (windows.size >= MOST_KEYS) windows.delete(windows.keys().next().value as string);
    windows.set(key, window);
    return window;
  };
  const windowOf = (key: string, at: number): Window | null => {
    const known = windows.get(key);
    return known && known.endsAt > at ? known : null;
  };
  const answerOf = ({ used, endsAt }: Window, waitMs: number): RateLimitAnswer => ({
    allowed: waitMs <= 0,
    remaining: Math.max(0, allowance.points - used),
    retryAfterSeconds: waitMs <= 0 ? 0 : Math.max(1, Math.ceil(waitMs / 1_000)),
    windowEndsInMs: Math.max(0, endsAt - now()),
  });

  const counter: QuickCounter = {
    take(key, points) {
      const at = now();
      const known = windowOf(key, at);
      const isNew = known === null;
      const window = known ?? begin(key, at);
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
    async consume(key, points) {
      const at = now();
      if (shared && !windowOf(key, at) && points <= allowance.points) {
        const window = begin(key, at);
        window.used = points;
        window.own = points;
        window.unsettled = points;
        return (await settle(window, shared)) ?? answerOf(window, 0);
      }
      const waitMs = counter.take(key, points);
      return answerOf(windows.get(key) as Window, waitMs);
    },
    async giveBack(key, points) {
      const window = windowOf(key, now());
      if (!window) return;
      window.used -= points;
      window.own -= points;
      if (window.unsettled >= points) {
        window.unsettled -= points;
        return;
      }
      window.givenBack += points;
      await shared?.giveBack?.(key, allowance, points);
    },
  };
  return counter;
}
