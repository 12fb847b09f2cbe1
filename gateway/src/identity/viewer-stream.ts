import type { SubgraphResponse } from '@souk/engine';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { joinCursors, type TopicCursors } from './topic-cursors.ts';
import { subjectKeyOf, type ViewerTopic } from './viewer-topics.ts';

/** Opens the stream of one topic behind a place in it, or from now on; it ends with the signal. */
export type OpenTopic = (
  topic: ViewerTopic,
  after: string | undefined,
  signal: AbortSignal,
) => Promise<AsyncIterable<SubgraphResponse>>;

/** An event of a topic's own stream, as `ViewerTopic.query` asks for it. */
interface TopicEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly occurredAt: string;
  readonly replayed?: number;
  readonly reason?: string;
  /** What it is about, at `subjectKeyOf(__typename)`. */
  readonly [subject: `subjectOf${string}`]: { __typename: string; id: string } | null | undefined;
}

/** An event of `viewerEvents`, or why it has ended. */
export type ViewerStreamItem =
  | { readonly event: Readonly<Record<string, unknown>> }
  | { readonly failed: ExecutionResult };

/**
 * The streams of several topics as one, until the signal, each in its own order, with one cursor that holds a place in
 * all. A topic without a place says its own by catching up, which it does at once; until then nothing
 * is sent of the others, whose events would carry a cursor that loses what this one has meanwhile.
 * Whatever ends one topic ends all: whoever reads it comes back with the last cursor.
 */
export async function* viewerStream(
  topics: readonly ViewerTopic[],
  after: TopicCursors,
  open: OpenTopic,
  signal: AbortSignal,
): AsyncGenerator<ViewerStreamItem, void, undefined> {
  const places: Record<string, string> = {};
  for (const { name } of topics) {
    const place = after[name];
    if (place !== undefined) places[name] = place;
  }
  const ending = new AbortController();
  const readers = topics.map((topic) => new TopicReader(topic, open, ending.signal));
  const end = () => {
    ending.abort();
    wake();
  };
  const behind = new Set(readers);
  const arrived: TopicReader[] = [];
  let idle: readonly TopicReader[] = readers;
  let failure: { readonly error: unknown } | undefined;
  let replayed = 0;
  let wake = (): void => {};
  const read = (reader: TopicReader): void => {
    reader
      .read(places[reader.topic.name])
      .then(
        () => arrived.push(reader),
        (error: unknown) => {
          failure ??= { error };
        },
      )
      .finally(() => wake());
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!signal.aborted) {
      const hasPlace = ({ topic }: TopicReader) => places[topic.name] !== undefined;
      const allHave = readers.every(hasPlace);
      const next = idle.filter((reader) => allHave || !hasPlace(reader));
      idle = idle.filter((reader) => !next.includes(reader));
      next.forEach(read);
      while (arrived.length === 0 && !failure && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure) throw failure.error;
      const reader = arrived.shift();
      const item = reader?.item ?? null;
      if (!reader || !item) return;
      if ('failed' in item) {
        yield item;
        return;
      }
      idle = [...idle, reader];
      const { name } = reader.topic;
      places[name] = item.cursor;
      const at = { cursor: joinCursors(places), occurredAt: item.occurredAt };
      if (item.__typename === 'StreamReset') {
        yield { event: { __typename: 'StreamReset', ...at, reason: item.reason } };
      } else if (item.__typename !== 'CaughtUp') {
        const { __typename: type } = item;
        const subject = item[subjectKeyOf(type)] ?? null;
        yield { event: { __typename: 'ViewerEvent', ...at, topic: name, type, subject } };
      } else if (behind.delete(reader)) {
        replayed += item.replayed ?? 0;
        if (behind.size === 0) yield { event: { __typename: 'CaughtUp', ...at, replayed } };
      }
    }
  } finally {
    signal.removeEventListener('abort', end);
    ending.abort();
    await Promise.allSettled(readers.map((reader) => reader.close()));
  }
}

/** Reads a topic's stream one event at a time. */
class TopicReader {
  readonly topic: ViewerTopic;
  /** What the last reading came to; null when the stream has ended. */
  item: TopicEvent | { readonly failed: ExecutionResult } | null = null;
  readonly #open: OpenTopic;
  readonly #signal: AbortSignal;
  #events: AsyncIterator<SubgraphResponse> | undefined;

  constructor(topic: ViewerTopic, open: OpenTopic, signal: AbortSignal) {
    this.topic = topic;
    this.#open = open;
    this.#signal = signal;
  }

  /** Resolves when there is an `item`. Rejects with what the stream is lost for. */
  async read(after: string | undefined): Promise<void> {
    this.#events ??= (await this.#open(this.topic, after, this.#signal))[Symbol.asyncIterator]();
    this.item = null;
    while (true) {
      const { done, value } = await this.#events.next();
      if (done) return;
      const response = 'text' in value ? (JSON.parse(value.text) as ExecutionResult) : value;
      const event = response.data?.event as TopicEvent | undefined;
      if (event) this.item = event;
      else if (response.errors) this.item = { failed: failedWith(response.errors) };
      // What is left is a mark for the gateway, which is not sent to clients.
      else continue;
      return;
    }
  }

  async close(): Promise<void> {
    // One that is just being opened or read ends by the signal.
    await this.#events?.return?.();
  }
}

const failedWith = (errors: readonly GraphQLFormattedError[]): ExecutionResult =>
  ({ errors }) as ExecutionResult;
