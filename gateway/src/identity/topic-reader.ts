import { setTimeout as delay } from 'node:timers/promises';
import type { SubgraphResponse } from '@souk/engine';
import { IDENTITY_REFUSED } from '@souk/runtime/subgraph';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { isLoss } from '../upstream/loss.ts';
import { saysNotNow } from '../upstream/not-now.ts';
import { pauseAfter } from '../upstream/retry-pause.ts';
import { UpstreamBehind, UpstreamLost } from '../upstream/websocket/upstream-sockets.ts';
import type { ViewerTopic } from './viewer-topics.ts';

/** Opens the stream of one topic behind a position or from now on; the stream ends with the signal. */
export type OpenTopic = (
  topic: ViewerTopic,
  after: string | undefined,
  signal: AbortSignal,
) => Promise<AsyncIterable<SubgraphResponse>>;

/** An event of a topic's own stream, as `ViewerTopic.query` asks for it. */
export interface TopicEvent {
  readonly __typename: string;
  readonly cursor: string;
  readonly occurredAt: string;
  readonly replayed?: number;
  readonly reason?: string;
  /** The object that it is about, at `subjectKeyOf(__typename)`. */
  readonly [subject: `subjectOf${string}`]: { __typename: string; id: string } | null | undefined;
}

/** Reads a topic's stream one event at a time, and reopens it after it was lost. */
export class TopicReader {
  readonly topic: ViewerTopic;
  /** The result of the last read; null when the stream has ended. */
  item: TopicEvent | { readonly failed: ExecutionResult } | null = null;
  /** Its subgraph could not be reached and has not sent anything since. */
  isAway = false;
  readonly #open: OpenTopic;
  readonly #signal: AbortSignal;
  readonly #onAway: () => void;
  #events: AsyncIterator<SubgraphResponse> | undefined;
  #tries = 0;

  constructor(topic: ViewerTopic, open: OpenTopic, signal: AbortSignal, onAway: () => void) {
    this.topic = topic;
    this.#open = open;
    this.#signal = signal;
    this.#onAway = onAway;
  }

  /**
   * Resolves when there is an `item`, however long its subgraph is away. Rejects when retrying cannot help.
   */
  async read(after: string | undefined): Promise<void> {
    this.item = null;
    for (;;) {
      try {
        this.item = await this.#next(after);
        this.isAway = false;
        this.#tries = 0;
        return;
      } catch (error) {
        if (this.#signal.aborted || !isLoss(error)) throw error;
        await this.close();
        this.#events = undefined;
        if (!(error instanceof UpstreamBehind)) await this.#away();
      }
    }
  }

  async close(): Promise<void> {
    // A stream that is being opened or read ends through the signal.
    await this.#events?.return?.();
  }

  async #next(after: string | undefined): Promise<TopicReader['item']> {
    this.#events ??= (await this.#open(this.topic, after, this.#signal))[Symbol.asyncIterator]();
    for (;;) {
      const { done, value } = await this.#events.next();
      if (done) return null;
      const response = 'text' in value ? (JSON.parse(value.text) as ExecutionResult) : value;
      const event = response.data?.event as TopicEvent | undefined;
      if (event) return event;
      const [error] = response.errors ?? [];
      if (error && isForNow(error)) throw new UpstreamLost(error.message);
      if (error) return { failed: { errors: response.errors } as ExecutionResult };
      // The rest is a mark for the gateway, which is not sent to clients.
    }
  }

  async #away(): Promise<void> {
    this.isAway = true;
    this.#onAway();
    const signal = this.#signal;
    await delay(pauseAfter(this.#tries), undefined, { signal, ref: false });
    this.#tries += 1;
  }
}

const isForNow = (error: GraphQLFormattedError): boolean =>
  error.extensions?.code === IDENTITY_REFUSED || saysNotNow(error);
