import type { PubSub, Unsubscribe } from '../backplane/backplane.ts';
import { reasonOf } from '../persistence/database-errors.ts';
import type { Logger } from '../process/logging.ts';
import type { EventLogReader, RecordedEvent } from './event-log.ts';
import { eventOfHint, type StreamHint, streamTopic } from './live-topics.ts';

/**
 * One watch per stream and process, shared by all its followers: it holds the newest events and wakes its
 * subscribers. Subscribers pull, so a slow one costs no memory; it falls back to the log.
 */
export interface StreamWatch {
  /**
   * Resolves when pub/sub is subscribed: from then on events come at once. Also resolves when pub/sub is
   * away: the subscription is retried meanwhile, and polling the log finds the events.
   */
  readonly ready: Promise<void>;
  /** The events right after a sequence: those in memory, otherwise a page read from the log. */
  eventsAfter(sequence: number): Promise<readonly RecordedEvent[]>;
  /** Resolves when there is something after a sequence, or when the signal aborts. */
  changedAfter(sequence: number, signal: AbortSignal): Promise<void>;
  /**
   * Calls back once when there is something after a sequence, at once if there already is. Returns a function
   * that cancels it.
   */
  onceAfter(sequence: number, call: () => void): () => void;
  /** Records that the stream reaches this far, as found by polling the log. */
  advance(head: number): void;
  /** How far the stream is known to reach. */
  readonly head: number;
  /** False while pub/sub is not subscribed to for the stream. */
  readonly isSubscribed: boolean;
  /** Drops events that came before a time, as given by `performance.now()`. */
  forget(before: number): void;
  close(): void;
}

export interface StreamWatchDeps {
  subgraph: string;
  pubsub: PubSub;
  log: EventLogReader;
  logger: Logger;
  /** Called each time that pub/sub is away, possibly for thousands of streams at once. */
  warnSubscribe(details: { reason: string; stream: string }): void;
}

/** Enough for a burst between two turns of the slowest healthy subscriber. */
const RECENT_EVENTS = 256;
/** Events read from the log at once. */
const PAGE_SIZE = 500;
/** How long until pub/sub is tried again. */
const RESUBSCRIBE_MS = 1_000;

export function watchStream(
  stream: string,
  { subgraph, pubsub, log, logger, warnSubscribe }: StreamWatchDeps,
): StreamWatch {
  let recent: RecordedEvent[] = [];
  /** When each of them came. */
  let cameAt: number[] = [];
  let head = 0;
  let closed = false;
  let unsubscribe: Unsubscribe | null = null;
  let retry: NodeJS.Timeout | undefined;
  /** How to resume the waiting subscribers, and after which sequence each waits for something. */
  const waiting = new Map<() => void, number>();
  const reading = new Map<number, Promise<readonly RecordedEvent[]>>();

  /** Only those for whom there is something: each of the others would query the log in vain. */
  const advance = (sequence: number) => {
    if (sequence <= head) return;
    head = sequence;
    for (const [resume, behind] of [...waiting]) if (head > behind) resume();
  };
  /** Only an unbroken run is kept: readers that need what comes before a gap read the log. */
  const keep = (event: RecordedEvent) => {
    const last = recent.at(-1)?.sequence;
    if (last !== undefined && event.sequence <= last) return;
    if (last !== undefined && event.sequence > last + 1) [recent, cameAt] = [[], []];
    recent.push(event);
    cameAt.push(performance.now());
    if (recent.length > RECENT_EVENTS) letGo(1);
  };
  const letGo = (count: number) => {
    recent.splice(0, count);
    cameAt.splice(0, count);
  };
  const onHint = (hint: StreamHint) => {
    const { sequence } = hint;
    // Events that this process committed itself come twice, at once and through the server.
    if (sequence <= (recent.at(-1)?.sequence ?? 0)) return;
    const event = eventOfHint(hint);
    if (event) keep(event);
    advance(sequence);
  };

  const recentAfter = (sequence: number): readonly RecordedEvent[] | null => {
    const first = recent[0]?.sequence;
    if (first === undefined || sequence < first - 1) return null;
    const run = recent.slice(sequence - first + 1);
    return run.length === 0 && head > sequence ? null : run;
  };
  /** After a lost hint all subscribers need the same page: they share one query for it. */
  const readAfter = (sequence: number) => {
    const known = reading.get(sequence);
    if (known) return known;
    const page = log.read(stream, sequence, PAGE_SIZE).then((events) => {
      for (const event of events) keep(event);
      // Other subscribers may be waiting for what this query found, since its hint was lost.
      advance(events.at(-1)?.sequence ?? 0);
      return events;
    });
    reading.set(sequence, page);
    page.finally(() => reading.delete(sequence)).catch(() => {});
    return page;
  };

  const subscribe = async (): Promise<void> => {
    try {
      const stop = await pubsub.subscribe(streamTopic(subgraph, stream), (hint) =>
        onHint(hint as StreamHint),
      );
      if (closed) return void (await stop());
      unsubscribe = stop;
    } catch (error) {
      if (closed) return;
      warnSubscribe({ reason: reasonOf(error), stream });
      retry = setTimeout(() => void subscribe(), RESUBSCRIBE_MS).unref();
    }
  };

  return {
    ready: subscribe(),
    eventsAfter: async (sequence) => recentAfter(sequence) ?? readAfter(sequence),
    changedAfter: (sequence, signal) =>
      new Promise((resolve) => {
        if (head > sequence || signal.aborted || closed) return resolve();
        const resume = () => {
          signal.removeEventListener('abort', resume);
          waiting.delete(resume);
          resolve();
        };
        waiting.set(resume, sequence);
        signal.addEventListener('abort', resume, { once: true });
      }),
    onceAfter: (sequence, call) => {
      const resume = () => {
        if (waiting.delete(resume)) call();
      };
      waiting.set(resume, sequence);
      if (head > sequence) resume();
      return () => waiting.delete(resume);
    },
    advance,
    get head() {
      return head;
    },
    get isSubscribed() {
      return unsubscribe !== null;
    },
    forget: (before) => {
      const kept = cameAt.findIndex((at) => at >= before);
      if (recent.length > 0) letGo(kept < 0 ? recent.length : kept);
    },
    close: () => {
      closed = true;
      clearTimeout(retry);
      for (const resume of [...waiting.keys()]) resume();
      Promise.resolve(unsubscribe?.()).catch((err) =>
        logger.warn({ err, stream }, 'could not unsubscribe'),
      );
    },
  };
}
