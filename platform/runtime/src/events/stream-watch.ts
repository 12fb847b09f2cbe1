import type { PubSub } from '../backplane/backplane.ts';
import type { Logger } from '../logging.ts';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import { eventOfHint, type StreamHint, streamTopic } from './live-topics.ts';

/**
 * One watch per stream and process, shared by all who follow it: holds the newest events and
 * wakes its followers. Followers pull, so a slow one costs no memory; it falls back to the log.
 */
export interface StreamWatch {
  /** Resolves when pub/sub is subscribed: from then on no event goes unnoticed. */
  readonly ready: Promise<void>;
  /** The events right after a sequence, when they are still at hand; otherwise null. */
  recentAfter(sequence: number): RecordedEvent[] | null;
  /** Resolves when there is something after a sequence, or when the signal aborts. */
  changedAfter(sequence: number, signal: AbortSignal): Promise<void>;
  /** Tells the watch that the stream reaches this far (found by polling the log). */
  advance(head: number): void;
  close(): void;
}

/** Enough for a burst between two turns of the slowest healthy follower. */
const RECENT_EVENTS = 256;

export function watchStream(
  stream: string,
  {
    subgraph,
    pubsub,
    log,
    logger,
  }: { subgraph: string; pubsub: PubSub; log: EventLogReader; logger: Logger },
): StreamWatch {
  let recent: RecordedEvent[] = [];
  let head = 0;
  let closed = false;
  const waiting = new Set<() => void>();

  const wake = () => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  const advance = (sequence: number) => {
    if (sequence <= head) return;
    head = sequence;
    wake();
  };
  const onHint = (hint: StreamHint) => {
    const event = eventOfHint(hint);
    const last = recent.at(-1)?.sequence ?? null;
    // Only an unbroken run is kept: whoever needs what lies before a gap reads the log.
    if (event && (last === null || event.sequence === last + 1)) recent.push(event);
    else if (event && event.sequence > (last ?? 0)) recent = [event];
    if (recent.length > RECENT_EVENTS) recent.shift();
    advance(hint.sequence);
  };

  const subscription = pubsub.subscribe(streamTopic(subgraph, stream), (hint) =>
    onHint(hint as StreamHint),
  );
  const ready = subscription.then(async () => {
    advance((await log.heads([stream])).get(stream) ?? 0);
  });
  ready.catch(() => {});

  return {
    ready,
    recentAfter: (sequence) => {
      const first = recent[0]?.sequence;
      if (first === undefined || sequence < first - 1) return null;
      const run = recent.slice(sequence - first + 1);
      return run.length === 0 && head > sequence ? null : run;
    },
    changedAfter: (sequence, signal) =>
      new Promise((resolve) => {
        if (head > sequence || signal.aborted || closed) return resolve();
        const resume = () => {
          signal.removeEventListener('abort', resume);
          waiting.delete(resume);
          resolve();
        };
        waiting.add(resume);
        signal.addEventListener('abort', resume, { once: true });
      }),
    advance,
    close: () => {
      closed = true;
      wake();
      subscription
        .then((unsubscribe) => unsubscribe())
        .catch((err) => logger.warn({ err, stream }, 'could not unsubscribe'));
    },
  };
}
