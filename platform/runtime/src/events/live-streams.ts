import type { PubSub } from '../backplane/backplane.ts';
import type { Logger } from '../logging.ts';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import { hintOf, streamTopic } from './live-topics.ts';
import type { StreamCursors } from './stream-cursor.ts';
import { type StreamWatch, watchStream } from './stream-watch.ts';

export type StreamResetReason = 'CURSOR_EXPIRED' | 'CURSOR_UNKNOWN' | 'ACCESS_CHANGED';

/** What a follower of a stream receives, each with the cursor that continues right after it. */
export type StreamItem = { cursor: string; occurredAt: Date } & (
  | { kind: 'event'; event: RecordedEvent }
  | { kind: 'caughtUp'; replayed: number }
  | { kind: 'reset'; reason: StreamResetReason }
);

export interface FollowOptions {
  stream: string;
  /** Continue after this cursor; without one, only what happens from now on is sent. */
  after?: string | null | undefined;
  /** Asked for each event, replayed or live; "no" ends the stream with ACCESS_CHANGED. */
  mayRead?: (event: RecordedEvent) => boolean | Promise<boolean>;
}

export interface LiveStreams {
  /** Authorise first. Resolves once nothing that happens from now on can be missed. */
  follow(options: FollowOptions): Promise<AsyncIterableIterator<StreamItem>>;
  /** Tells every process's followers what was just committed; lost hints heal by polling. */
  announce(events: readonly RecordedEvent[]): void;
  cursorAt(stream: string, sequence: number): string;
  close(): Promise<void>;
}

export interface LiveStreamsOptions {
  subgraph: string;
  log: EventLogReader;
  pubsub: PubSub;
  cursors: StreamCursors;
  logger: Logger;
  /** How often heads are compared with the log, in case pub/sub lost something. */
  pollMs?: number;
}

/** A reader further behind than this is told to refetch instead of being sent everything. */
const MAX_REPLAY = 5_000;
const PAGE_SIZE = 500;

export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { subgraph, log, pubsub, cursors, logger, pollMs = 1_000 } = options;
  const watches = new Map<string, { watch: StreamWatch; followers: number }>();
  const closing = new AbortController();

  const pollHeads = async () => {
    if (watches.size === 0) return;
    const heads = await log.heads([...watches.keys()]);
    for (const [stream, head] of heads) watches.get(stream)?.watch.advance(head);
  };
  let polling = false;
  const poll = () => {
    if (polling) return;
    polling = true;
    pollHeads()
      .catch((err) => logger.warn({ err }, 'could not read the heads of live streams'))
      .finally(() => {
        polling = false;
      });
  };
  const timer = setInterval(poll, pollMs);
  timer.unref();
  const stopResubscribed = pubsub.onResubscribed(poll);

  const acquire = (stream: string) => {
    const entry = watches.get(stream) ?? {
      watch: watchStream(stream, { subgraph, pubsub, log, logger }),
      followers: 0,
    };
    entry.followers += 1;
    watches.set(stream, entry);
    return entry.watch;
  };
  const release = (stream: string) => {
    const entry = watches.get(stream);
    if (!entry) return;
    entry.followers -= 1;
    if (entry.followers > 0) return;
    watches.delete(stream);
    entry.watch.close();
  };

  /** Where to start: the sequence to continue after, or why that cannot be. */
  const startOf = async (stream: string, after: string | null | undefined) => {
    const head = (await log.heads([stream])).get(stream) ?? 0;
    if (after == null) return { head, from: head };
    const from = cursors.sequenceOf(stream, after);
    if (from > head) return { head, from: head, reset: 'CURSOR_UNKNOWN' as const };
    const expired =
      head - from > MAX_REPLAY || (from < head && from + 1 < (await log.tail(stream)));
    return expired ? { head, from: head, reset: 'CURSOR_EXPIRED' as const } : { head, from };
  };

  async function* items(
    { stream, mayRead = () => true }: FollowOptions,
    watch: StreamWatch,
    start: Awaited<ReturnType<typeof startOf>>,
    signal: AbortSignal,
  ): AsyncGenerator<StreamItem, void, undefined> {
    const at = (sequence: number) => cursors.at(stream, sequence);
    let position = start.from;
    let caughtUpAt: number | null = start.head;
    if (start.reset) {
      yield { kind: 'reset', reason: start.reset, cursor: at(position), occurredAt: new Date() };
    }
    while (!signal.aborted) {
      if (caughtUpAt !== null && position >= caughtUpAt) {
        const replayed = position - start.from;
        caughtUpAt = null;
        yield { kind: 'caughtUp', replayed, cursor: at(position), occurredAt: new Date() };
      }
      const events = watch.recentAfter(position) ?? (await log.read(stream, position, PAGE_SIZE));
      for (const event of events) {
        if (signal.aborted) return;
        if (!(await mayRead(event))) {
          yield {
            kind: 'reset',
            reason: 'ACCESS_CHANGED',
            cursor: at(position),
            occurredAt: new Date(),
          };
          return;
        }
        position = event.sequence;
        yield { kind: 'event', event, cursor: at(position), occurredAt: event.occurredAt };
        if (caughtUpAt !== null && position >= caughtUpAt) break;
      }
      if (events.length === 0) await watch.changedAfter(position, signal);
    }
  }

  return {
    follow: async (request) => {
      const { stream, after } = request;
      // Subscribed before the log is read: an event in between is seen twice and sent once.
      const watch = acquire(stream);
      const stopped = new AbortController();
      try {
        await watch.ready;
        const start = await startOf(stream, after);
        const signal = AbortSignal.any([stopped.signal, closing.signal]);
        return stoppable(items(request, watch, start, signal), () => {
          if (stopped.signal.aborted) return;
          stopped.abort();
          release(stream);
        });
      } catch (error) {
        release(stream);
        throw error;
      }
    },
    announce: (events) => {
      for (const event of events) {
        pubsub
          .publish(streamTopic(subgraph, event.stream), hintOf(event))
          .catch((err) => logger.warn({ err, stream: event.stream }, 'could not announce'));
      }
    },
    cursorAt: (stream, sequence) => cursors.at(stream, sequence),
    close: async () => {
      clearInterval(timer);
      await stopResubscribed();
      closing.abort();
      for (const { watch } of watches.values()) watch.close();
      watches.clear();
    },
  };
}

/**
 * A generator's own `return()` waits until its pending `next()` settles, which for a quiet stream
 * is never; so stopping first wakes the generator up.
 */
function stoppable<Item>(
  items: AsyncGenerator<Item, void, undefined>,
  stop: () => void,
): AsyncIterableIterator<Item> {
  return {
    next: async () => {
      const result = await items.next();
      if (result.done) stop();
      return result;
    },
    return: async () => {
      stop();
      return items.return();
    },
    throw: async (error) => {
      stop();
      return items.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
