import { setTimeout as delay } from 'node:timers/promises';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import type { StreamWatch } from './stream-watch.ts';

/** What a set of streams returns next: some events of one stream, in its order. */
export interface StreamRun {
  readonly stream: string;
  /** The events right after those returned before; empty after a gap. */
  readonly events: readonly RecordedEvent[];
  /** How far the stream has been returned now. */
  readonly after: number;
  /** True when events in between are no longer kept: the following ones begin after the gap. */
  readonly isGap: boolean;
}

/**
 * Several streams followed as one, to which streams can be added and from which they can be removed. Each
 * event is returned once, in the order of its stream; there is no order between streams.
 */
export interface StreamSet {
  /** Resolves once nothing that happens in these streams from now on can be missed. */
  watch(streams: readonly string[]): Promise<void>;
  /**
   * Returns what comes after a sequence of a stream; throws for one that is not watched, which would never
   * return anything. `head`, if it is known to have been read after watching began, saves a query of the log.
   */
  start(stream: string, after: number, head?: number): void;
  remove(stream: string): void;
  /** True when everything known has been returned. */
  readonly isSettled: boolean;
  /** Waits for the next run of events; null when the set was closed. */
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
  /** How far it was returned; null while it is only watched. */
  position: number | null;
  /** True while something is known to come after that; after `start` this is only assumed. */
  isPromised: boolean;
  stopWaiting: () => void;
}

export function createStreamSet({ acquire, release, log, signal }: StreamSetDeps): StreamSet {
  const followed = new Map<string, Followed>();
  /** Streams that may have something new, in the order in which that became known. */
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

  /** What comes after the position of a stream; null when there is nothing after all. */
  const runOf = async (stream: string, entry: Followed): Promise<StreamRun | null> => {
    const position = entry.position ?? 0;
    const { isPromised } = entry;
    entry.isPromised = false;
    const events = await entry.watch.eventsAfter(position);
    const first = events[0]?.sequence ?? (await log.tail(stream));
    // It may have been removed, or restarted, while the log was read.
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
      // After closing, nothing more is returned.
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
