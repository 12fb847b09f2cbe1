import { setTimeout as delay } from 'node:timers/promises';
import { STOPPED, stoppable } from '../async/stoppable.ts';
import type { PubSub } from '../backplane/backplane.ts';
import { serviceUnavailable } from '../domain/errors/common-errors.ts';
import type { StreamCursors } from '../domain/signed-cursors.ts';
import { reasonOf } from '../persistence/database-errors.ts';
import { batchedByTurn } from '../process/batched-by-turn.ts';
import { countedWarning } from '../process/counted-warning.ts';
import type { Logger } from '../process/logging.ts';
import { createAnnouncer } from './announce-events.ts';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import { createHeadPolling } from './poll-heads.ts';
import type { AffectedViewers } from './stream-marks.ts';
import { createStreamSet, type StreamSet } from './stream-set.ts';
import { type StreamWatch, watchStream } from './stream-watch.ts';

export type StreamResetReason = 'CURSOR_EXPIRED' | 'CURSOR_UNKNOWN' | 'ACCESS_CHANGED';

/** What a subscriber of a stream receives, each with the cursor that continues right after it. */
export type StreamItem = {
  cursor: string;
  occurredAt: Date;
  position: number;
  /** Only in streams followed for everybody: see `FollowOptions.reauthorise`. */
  reauthorise?: AffectedViewers;
} & (
  | { kind: 'event'; event: RecordedEvent }
  | { kind: 'caughtUp'; replayed: number }
  | { kind: 'reset'; reason: StreamResetReason }
);

export interface FollowOptions {
  stream: string;
  /** Continue after this cursor; without one, only what happens from now on is sent. */
  after?: string | null | undefined;
  /**
   * Reads how far the stream reaches, and throws for who may not follow it as of the same snapshot; called once
   * nothing can be missed any more. Without it the caller authorises, and the log is asked for its head.
   */
  authorisedHead?: (() => Promise<number>) | undefined;
  /** Called for each event, replayed or live; false ends the stream with ACCESS_CHANGED. */
  mayRead?: (event: RecordedEvent) => boolean | Promise<boolean>;
  /**
   * Replaces `mayRead` in a stream that is followed for everybody: whose access an event may end. The event
   * is preceded by a reset that says so and goes only to those people; the stream continues. Events that can
   * no longer be read may have ended anybody's access, so they are replaced by a reset for everyone.
   */
  reauthorise?: (event: RecordedEvent) => AffectedViewers | null | Promise<AffectedViewers | null>;
}

export interface LiveStreams {
  /** Resolves once nothing that happens from now on can be missed. */
  follow(options: FollowOptions): Promise<AsyncIterableIterator<StreamItem>>;
  /** Follows several streams as one, until the signal aborts; the caller authorises each first. */
  followSet(stopped: AbortController): StreamSet;
  /** Sends what was just committed to the subscribers in all processes; polling makes up for lost hints. */
  announce(events: readonly RecordedEvent[]): void;
  /** Whether somebody here follows a stream, and this is its newest event that is known. */
  isNewest(stream: string, sequence: number): boolean;
  cursorAt(stream: string, sequence: number): string;
  /** Throws `BAD_USER_INPUT`, pointing at `path`, for a cursor of another stream. */
  sequenceOf(stream: string, cursor: string, path?: readonly string[]): number;
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
  /** How long events are kept in memory: readers that need older ones read the log. */
  keptMs?: number;
}

/** A reader further behind than this has to refetch instead of being sent everything. */
export const MAX_REPLAY = 5_000;
/** Pause before the log is queried again for an event that a hint promised and the log lacks. */
const PROMISED_EVENT_MS = 50;

/** What all subscribers of one stream share. */
interface Watched {
  watch: StreamWatch;
  /** Thousands of subscribers need the same cursor at the same moment, and signing is not free. */
  cursorAt: (sequence: number) => string;
  subscribers: number;
}

function rememberingLast(sign: (sequence: number) => string): (sequence: number) => string {
  let last = -1;
  let cursor = '';
  return (sequence) => {
    if (sequence !== last) cursor = sign(sequence);
    last = sequence;
    return cursor;
  };
}

export function createLiveStreams(options: LiveStreamsOptions): LiveStreams {
  const { subgraph, log, pubsub, cursors, logger, pollMs = 1_000, keptMs = 10_000 } = options;
  const watches = new Map<string, Watched>();
  /** One per subscriber: `AbortSignal.any` leaks on a signal that lives as long as the process. */
  const following = new Set<AbortController>();
  const warnPoll = countedWarning(logger, 'could not read the heads of live streams');
  const warnSubscribe = countedWarning(
    logger,
    'could not subscribe to a stream; polling meanwhile',
  );
  let closed = false;

  const polling = createHeadPolling(watches, log);
  let isPolling = false;
  /** Set when pub/sub was away: it may have lost events of any stream. */
  let isAllDue = false;
  const poll = () => {
    if (isPolling) return;
    isPolling = true;
    const looking = isAllDue ? polling.lookAtAll() : polling.look();
    isAllDue = false;
    looking
      .catch((error) => warnPoll({ reason: reasonOf(error) }))
      .finally(() => {
        isPolling = false;
        if (isAllDue && !closed) poll();
      });
  };
  const timer = setInterval(() => {
    const before = performance.now() - keptMs;
    for (const { watch } of watches.values()) watch.forget(before);
    poll();
  }, pollMs);
  timer.unref();
  const stopResubscribed = pubsub.onResubscribed(() => {
    isAllDue = true;
    poll();
  });

  const acquire = (stream: string) => {
    const entry: Watched = watches.get(stream) ?? {
      watch: watchStream(stream, { subgraph, pubsub, log, logger, warnSubscribe }),
      cursorAt: rememberingLast((sequence) => cursors.at(stream, sequence)),
      subscribers: 0,
    };
    entry.subscribers += 1;
    watches.set(stream, entry);
    return entry;
  };
  const release = (stream: string) => {
    const entry = watches.get(stream);
    if (!entry) return;
    entry.subscribers -= 1;
    if (entry.subscribers > 0) return;
    watches.delete(stream);
    entry.watch.close();
  };

  /** Batched over all streams that are opened in one turn, as by a joining crowd. */
  const headOf = batchedByTurn(async (streams: readonly string[]) => {
    const heads = await log.heads([...new Set(streams)]);
    return streams.map((stream) => heads.get(stream) ?? 0);
  });

  /** Where to start: the sequence to continue after, or why that is impossible. */
  const startOf = async ({ stream, after, authorisedHead }: FollowOptions) => {
    const head = await (authorisedHead?.() ?? headOf(stream));
    if (after == null) return { head, from: head };
    const asked = cursors.sequenceOf(stream, after);
    if (asked > head) return { head, from: head, asked, reset: 'CURSOR_UNKNOWN' as const };
    const expired =
      head - asked > MAX_REPLAY || (asked < head && asked + 1 < (await log.tail(stream)));
    return expired ? { head, from: head, reset: 'CURSOR_EXPIRED' as const } : { head, from: asked };
  };

  async function* items(
    { stream, mayRead = () => true, reauthorise }: FollowOptions,
    { watch, cursorAt }: Watched,
    start: Awaited<ReturnType<typeof startOf>>,
    signal: AbortSignal,
  ): AsyncGenerator<StreamItem, void, undefined> {
    const at = (sequence: number) => ({
      cursor: cursorAt(sequence),
      occurredAt: new Date(),
      position: sequence,
    });
    /** Viewers who are reauthorised see the gap in a stream of their own, if they may still follow. */
    const reset = (reason: StreamResetReason, sequence: number): StreamItem =>
      reauthorise
        ? { kind: 'reset', reason: 'ACCESS_CHANGED', ...at(sequence), reauthorise: 'everyone' }
        : { kind: 'reset', reason, ...at(sequence) };
    let position = start.from;
    let caughtUpAt: number | null = start.head;
    if (start.reset === 'CURSOR_UNKNOWN' && reauthorise) {
      // The log has lost what subscribers have seen, and its positions start over. Only an item whose
      // position is after all of these reaches them, and none of them can continue in this stream.
      yield { ...reset(start.reset, position), position: start.asked + 1 };
      return;
    }
    if (start.reset) yield reset(start.reset, position);
    while (!signal.aborted) {
      if (caughtUpAt !== null && position >= caughtUpAt) {
        const replayed = position - start.from;
        caughtUpAt = null;
        yield { kind: 'caughtUp', replayed, ...at(position) };
      }
      // Usually nothing is there yet: wait for a hint before asking for events.
      if (caughtUpAt === null) await watch.changedAfter(position, signal);
      if (signal.aborted) return;
      const events = await watch.eventsAfter(position);
      const next = events[0]?.sequence ?? (await log.tail(stream));
      if (next > position + 1) {
        // What this reader needs next was deleted before it read it: a reset reports that, since nothing may
        // be skipped.
        position = next - 1;
        caughtUpAt = null;
        yield reset('CURSOR_EXPIRED', position);
      }
      if (events.length === 0) {
        await delay(PROMISED_EVENT_MS, undefined, { signal }).catch(() => {});
      }
      for (const event of events) {
        if (signal.aborted) return;
        // A gap, where a day of the log was dropped: it is reported at the next step, not skipped.
        if (event.sequence > position + 1) break;
        if (!(await mayRead(event))) {
          yield { kind: 'reset', reason: 'ACCESS_CHANGED', ...at(position) };
          return;
        }
        const ended = await reauthorise?.(event);
        if (ended) {
          // The cursor is that of the previous event, the position that of this one: viewers who were
          // authorised before it must be authorised again, those authorised after it need not.
          const finalEvent = { kind: 'reset', reason: 'ACCESS_CHANGED' } as const;
          yield { ...finalEvent, ...at(position), position: event.sequence, reauthorise: ended };
        }
        position = event.sequence;
        yield { kind: 'event', event, ...at(position), occurredAt: event.occurredAt };
        if (caughtUpAt !== null && position >= caughtUpAt) break;
      }
    }
  }

  const announce = createAnnouncer({ subgraph, pubsub, logger });

  return {
    follow: async (request) => {
      const { stream } = request;
      if (closed) throw serviceUnavailable();
      const stopped = new AbortController();
      following.add(stopped);
      // Subscribed before the log is read: an event in between is seen twice and sent once.
      const watched = acquire(stream);
      const stop = () => {
        if (!following.delete(stopped)) return;
        stopped.abort(STOPPED);
        release(stream);
      };
      try {
        await watched.watch.ready;
        const start = await startOf(request);
        return stoppable((signal) => items(request, watched, start, signal), {
          onOver: stop,
          stopped,
        });
      } catch (error) {
        stop();
        throw error;
      }
    },
    followSet: (stopped) => {
      if (closed) throw serviceUnavailable();
      following.add(stopped);
      stopped.signal.addEventListener('abort', () => following.delete(stopped), { once: true });
      const acquireWatch = (stream: string) => acquire(stream).watch;
      return createStreamSet({ acquire: acquireWatch, release, log, signal: stopped.signal });
    },
    announce,
    isNewest: (stream, sequence) => watches.get(stream)?.watch.head === sequence,
    cursorAt: (stream, sequence) => cursors.at(stream, sequence),
    sequenceOf: (stream, cursor, path) => cursors.sequenceOf(stream, cursor, path),
    close: async () => {
      closed = true;
      clearInterval(timer);
      await stopResubscribed();
      for (const stopped of following) stopped.abort(STOPPED);
      following.clear();
      for (const { watch } of watches.values()) watch.close();
      watches.clear();
    },
  };
}
