import { setTimeout as delay } from 'node:timers/promises';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import type { StreamWatch } from './stream-watch.ts';

/** What a set of streams gives next: some events of one stream, in its order. */
export interface StreamRun {
  readonly stream: string;
  /** The events right behind what was given before; empty after a gap. */
  readonly events: readonly RecordedEvent[];
  /** How far the stream was given by now. */
  readonly after: number;
  /** True when events in between are no longer kept: what follows begins behind them. */
  readonly isGap: boolean;
}

/**
 * Several streams followed as one, of which some are added and others taken away meanwhile: each
 * event of each once, and in the order of its stream; between streams there is no order.
 */
export interface StreamSet {
  /** Resolves once nothing that happens in these streams from now on can be missed. */
  watch(streams: readonly string[]): Promise<void>;
  /**
   * Gives what lies behind a sequence of a stream; throws for one that is not watched, of which
   * nothing would ever be given. `head`, where it is known to have been read since it is watched,
   * spares a look into the log.
   */
  start(stream: string, after: number, head?: number): void;
  remove(stream: string): void;
  /** True when all that is known of has been given. */
  readonly isSettled: boolean;
  /** Waits for the next run; null when the set was closed. */
  next(): Promise<StreamRun | null>;
  close(): void;
}

export interface StreamSetDeps {
  acquire(stream: string): StreamWatch;
  release(stream: string): void;
  log: Pick<EventLogReader, 'tail'>;
  signal: AbortSignal;
}

/** Pause before the log is asked again for an event that a hint promised and the log lacks. */
const PROMISED_EVENT_MS = 50;

interface Followed {
  readonly watch: StreamWatch;
  /** How far it was given; null while it is only watched. */
  position: number | null;
  /** True while something is said to lie behind that; after `start` that is only asked. */
  isPromised: boolean;
  stopWaiting: () => void;
}

export function createStreamSet({ acquire, release, log, signal }: StreamSetDeps): StreamSet {
  const followed = new Map<string, Followed>();
  /** Streams that may have something new, in the order in which that was heard. */
  const stale = new Set<string>();
  let resume = () => {};

  const mark = (stream: string) => {
    stale.add(stream);
    resume();
  };
  const waitForNews = (stream: string, entry: Followed) => {
    entry.stopWaiting();
    entry.stopWaiting = entry.watch.onceAfter(entry.position ?? 0, () => {
      entry.isPromised = true;
      mark(stream);
    });
  };
  const remove = (stream: string) => {
    const entry = followed.get(stream);
    if (!entry) return;
    followed.delete(stream);
    stale.delete(stream);
    entry.stopWaiting();
    release(stream);
  };
  const close = () => {
    for (const stream of [...followed.keys()]) remove(stream);
    resume();
  };
  signal.addEventListener('abort', close, { once: true });

  /** What lies behind the position of a stream; null when it was nothing after all. */
  const runOf = async (stream: string, entry: Followed): Promise<StreamRun | null> => {
    const position = entry.position ?? 0;
    const { isPromised } = entry;
    entry.isPromised = false;
    const events = await entry.watch.eventsAfter(position);
    const first = events[0]?.sequence ?? (await log.tail(stream));
    // It may have been taken away, or been started anew, while the log was read.
    if (followed.get(stream) !== entry || entry.position !== position) return null;
    if (first > position + 1) {
      entry.position = first - 1;
      mark(stream);
      return { stream, events: [], after: first - 1, isGap: true };
    }
    const hole = events.findIndex(({ sequence }, index) => sequence !== position + 1 + index);
    const run = hole < 0 ? events : events.slice(0, hole);
    if (run.length === 0 && isPromised) {
      await delay(PROMISED_EVENT_MS, undefined, { signal }).catch(() => {});
    }
    entry.position = position + run.length;
    if (followed.get(stream) === entry) waitForNews(stream, entry);
    return run.length === 0
      ? null
      : { stream, events: run, after: position + run.length, isGap: false };
  };

  return {
    watch: async (streams) => {
      // Who closed it gives nothing back any more.
      if (signal.aborted) return;
      const added = streams.filter((stream) => !followed.has(stream));
      const watches = added.map((stream) => {
        const watch = acquire(stream);
        followed.set(stream, { watch, position: null, isPromised: false, stopWaiting: () => {} });
        return watch.ready;
      });
      await Promise.all(watches);
    },
    start: (stream, after, head) => {
      const entry = followed.get(stream);
      if (!entry) {
        if (signal.aborted) return;
        throw new Error(`${stream} is to be started, and is not watched`);
      }
      entry.position = after;
      if (head === undefined) return mark(stream);
      entry.watch.advance(head);
      waitForNews(stream, entry);
    },
    remove,
    get isSettled() {
      return stale.size === 0;
    },
    next: async () => {
      for (;;) {
        if (signal.aborted) return null;
        const [stream] = stale;
        if (stream === undefined) {
          await new Promise<void>((wake) => {
            resume = wake;
          });
          continue;
        }
        stale.delete(stream);
        const entry = followed.get(stream);
        const run = entry ? await runOf(stream, entry) : null;
        if (run) return run;
      }
    },
    close,
  };
}
