import { createBoundedCache, type PreparedOperation } from '@souk/engine';
import { STOPPED } from '@souk/runtime/async';
import type { Logger } from '@souk/runtime/process';
import type { GatewaySupergraph } from '../../supergraph/gateway-supergraph.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import { isRefusal } from '../../upstream/refusals.ts';
import type { GatewayTransport } from '../../upstream/transport.ts';
import type { EventWork } from '../event-work.ts';
import { EVENTS_AHEAD, inOrder } from '../in-order.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { upstreamEvents } from '../resume/upstream-events.ts';
import { logEnd } from './end-log.ts';
import { type SharedOperation, sharedOperationOf } from './shared-operation.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';
import { streamEventOf } from './stream-event.ts';
import type { Detachment, Subscriber } from './subscriber.ts';

export interface SharedStreamsOptions {
  onSupergraph(changed: (supergraph: GatewaySupergraph) => void): () => void;
  transport: GatewayTransport;
  work: EventWork;
  eventTimeoutMs: number;
  logger: Logger;
}

/** The streams of this process that many clients follow, one for each operation and variables. */
export interface SharedStreams {
  /** False when this operation can only be answered for each viewer separately. */
  mayShare(plan: SubscriptionPlan, request: SubscriptionRequest): Promise<boolean>;
  /** Whether anybody has followed the same through a shared stream. */
  isFollowed(plan: SubscriptionPlan, request: SubscriptionRequest): Promise<boolean>;
  /**
   * Follows until `detached`, which is wrapped in an object: a promise that resolves to another promise keeps
   * four more functions alive.
   */
  follow(
    plan: SubscriptionPlan,
    request: SubscriptionRequest,
    subscriber: Subscriber,
  ): Promise<{ readonly detached: Detachment | Promise<Detachment> }>;
  close(): void;
}

/** Milliseconds that a stream without clients stays open. */
const LINGER_MS = 1_000;
const MAX_UNSHAREABLE = 1_000;
const MAX_FOLLOWED = 10_000;

interface OpenStream {
  readonly stream: SharedStream;
  stop(): void;
}

export function createSharedStreams(options: SharedStreamsOptions): SharedStreams {
  const { transport, work, eventTimeoutMs, logger } = options;
  const open = new Map<string, OpenStream>();
  /** Keys of operations that their subgraph would not serve to everybody at once. */
  const unshareable = createBoundedCache<string, true>(MAX_UNSHAREABLE);
  /** Keys of operations that have had a shared stream: it will take over viewers who join. */
  const followed = createBoundedCache<string, true>(MAX_FOLLOWED);
  /** Operations with any such key; for others, whether they can be shared is found out when needed. */
  const shared = new WeakSet<PreparedOperation>();
  const isShareable = (operation: SharedOperation | null): operation is SharedOperation =>
    operation !== null && !unshareable.get(operation.key);

  const begin = (operation: SharedOperation, { position, cursor }: Subscriber): SharedStream => {
    const { key, plan } = operation;
    const stopped = new AbortController();
    const close = () => {
      if (open.get(key)?.stream === stream) open.delete(key);
      stopped.abort(STOPPED);
    };
    const isReplayed = plan.resumption !== null;
    // A client that was detached a moment ago finds the stream still open when it joins again.
    const closeIfEmpty = () => {
      if (stream.isEmpty) close();
    };
    const onEmpty = () => void setTimeout(closeIfEmpty, LINGER_MS).unref();
    const stream = createSharedStream({ isReplayed, onEmpty });
    open.set(key, { stream, stop: close });
    followed.set(key, true);
    shared.add(plan.prepared);
    if (isReplayed) stream.beganAt(position);
    void listen(operation, stream, cursor, stopped.signal).then((isRefused) => {
      if (stopped.signal.aborted) return;
      if (isRefused) unshareable.set(key, true);
      close();
      stream.detachAll('behind');
    });
    return stream;
  };

  /** Resolves, when the upstream has ended, to whether the subgraph would not serve it at all. */
  const listen = async (
    operation: SharedOperation,
    stream: SharedStream,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { plan, neutral, variables } = operation;
    const { engine } = plan.operation.supergraph;
    const context = () => anonymous(eventTimeoutMs);
    let hasServed = false;
    try {
      const events = upstreamEvents({
        open: async (given, until) => {
          const all = { ...variables, ...plan.resumption?.initially(variables), ...given };
          const shared = { ...context(), shared: true };
          const source = await engine.openSubscription(neutral, all, shared);
          if (source.kind === 'failed') throw source.errors[0];
          return transport.subscribe(source.request, until);
        },
        requestId: context().requestId,
        resumption: plan.resumption,
        place: { cursor, silently: true },
        signal,
        logger,
      });
      const streamEvents = inOrder(events, EVENTS_AHEAD, (event) =>
        streamEventOf(event, operation, context(), { stream, work }),
      );
      for await (const { mark, streamEvent } of streamEvents) {
        hasServed = true;
        if (streamEvent) stream.publish(streamEvent);
        else if (mark) stream.beganAt(mark.position ?? null);
      }
      return !hasServed;
    } catch (err) {
      if (!signal.aborted) logEnd(logger, err);
      return !hasServed && isRefusal(err);
    }
  };

  const stopListening = options.onSupergraph(() => {
    const old = [...open.values()];
    open.clear();
    for (const { stream, stop } of old) {
      stream.detachAll('moved');
      stop();
    }
  });

  return {
    mayShare: async (plan, request) => isShareable(await sharedOperationOf(plan, request)),
    isFollowed: async (plan, request) => {
      if (!shared.has(plan.prepared)) return false;
      const operation = await sharedOperationOf(plan, request);
      return isShareable(operation) && followed.get(operation.key) !== undefined;
    },
    follow: async (plan, request, subscriber) => {
      const operation = await sharedOperationOf(plan, request);
      if (!isShareable(operation)) {
        return { detached: { kind: 'behind', cursor: subscriber.cursor } };
      }
      const stream = open.get(operation.key)?.stream ?? begin(operation, subscriber);
      return { detached: stream.follow(subscriber) };
    },
    close: () => {
      stopListening();
      for (const { stop } of open.values()) stop();
    },
  };
}

/** The context of requests for everybody: without a viewer. */
const anonymous = (timeoutMs: number): GatewayContext => ({
  requestId: crypto.randomUUID(),
  viewer: null,
  deadlineAt: Date.now() + timeoutMs,
});
