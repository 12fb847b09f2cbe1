import {
  createBoundedCache,
  type PreparedOperation,
  parseExactly,
  type SubgraphResponse,
  stringifyExactly,
} from '@souk/engine';
import { STOPPED } from '@souk/runtime/async';
import type { Logger } from '@souk/runtime/process';
import type { FormattedExecutionResult } from 'graphql';
import type { GatewaySupergraph } from '../../supergraph/gateway-supergraph.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import { isRefusal, isRefusalCode } from '../../upstream/refusals.ts';
import type { GatewayTransport } from '../../upstream/transport.ts';
import { createViewerBatch } from '../../upstream/viewer-batch.ts';
import { EVENTS_AHEAD, extensionsAt } from '../dedicated/own-events.ts';
import { EncodedEvent } from '../encoded-event.ts';
import { completing } from '../event-telemetry.ts';
import { type EventWork, payerOf } from '../event-work.ts';
import { inOrder } from '../in-order.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { type UpstreamEvent, upstreamEvents } from '../resume/upstream-events.ts';
import { logEnd } from './end-log.ts';
import { fillViewerPlaces, idsToAskFor } from './fill-viewer-places.ts';
import type { StreamEvent } from './replay-buffer.ts';
import { type SharedOperation, sharedOperationOf } from './shared-operation.ts';
import { createSharedStream, type SharedStream } from './shared-stream.ts';
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

async function streamEventOf(
  { response, cursor, mark }: UpstreamEvent,
  operation: SharedOperation,
  context: GatewayContext,
  { stream, work }: { stream: SharedStream; work: EventWork },
): Promise<{ mark: UpstreamEvent['mark']; streamEvent: StreamEvent | null }> {
  const inTurn = completedFor(stream, work, operation);
  const position = mark?.position ?? null;
  const whom = mark?.reauthorise;
  if (!response && !whom) return { mark, streamEvent: null };
  const completion = completing(mark);
  const trace = completion.span?.context;
  const traced = { ...context, trace };
  const shared = response && (await inTurn(() => completed(response, operation, cursor, traced)));
  completion.end();
  if (whom) {
    const finalEvent = shared && new EncodedEvent(shared.text, cursor, trace);
    return { mark, streamEvent: { kind: 'reauthorise', position, cursor, whom, finalEvent } };
  }
  if (!response || !shared) return { mark, streamEvent: null };
  const forEverybody = shared.isForEverybody ? withoutPlaces(shared.text, operation) : null;
  if (forEverybody !== null) {
    const encoded = new EncodedEvent(forEverybody, cursor, trace);
    return { mark, streamEvent: { kind: 'common', position, cursor, encoded } };
  }
  const batch = createViewerBatch();
  const personalize = async (subscriber: Subscriber): Promise<EncodedEvent> => {
    const payer = payerOf(subscriber.request.context());
    if (!work.isAllowed(payer)) await work.allowed(payer);
    return batch.run(() =>
      work.turn(payer, async () => {
        const own = { ...subscriber.request.context(), batch, trace };
        const { text } = shared.isForEverybody
          ? shared
          : await completed(response, operation, cursor, own);
        const whole = await withViewerFields(text, operation, own);
        work.charge(payer, whole);
        return new EncodedEvent(whole, cursor, trace);
      }),
    );
  };
  return { mark, streamEvent: { kind: 'personal', position, cursor, personalize } };
}

/** Completes the common part of an event, in turn and at the expense of one subscriber. */
const completedFor =
  (stream: SharedStream, work: EventWork, { key }: SharedOperation) =>
  async (complete: () => Promise<Completed>): Promise<Completed> => {
    const mayPay = ({ request }: Subscriber) => work.isAllowed(payerOf(request.context()));
    const found = stream.payer(mayPay);
    const payer = found && payerOf(found.subscriber.request.context());
    // It has a queue of its own when several viewers wait for it, so that none of them delays the others.
    const done = await work.turn(found?.isOnly && payer ? payer : key, complete);
    if (payer) work.charge(payer, done.text);
    return done;
  };

/** An event's result before any viewer-specific fields are filled in. */
interface Completed {
  readonly text: string;
  /** Nothing in it depends on the viewer. */
  readonly isForEverybody: boolean;
}

/**
 * An author may attach anything to a message, including objects that no longer exist. In the events of a
 * shared stream everybody sees such an object in the same way, since otherwise one message would have to be
 * completed separately for thousands.
 */
const SHOWN_AS_TO_ANYBODY = 'Shareable';

async function completed(
  response: SubgraphResponse,
  { plan, neutral, variables }: SharedOperation,
  cursor: string | null,
  context: GatewayContext,
): Promise<Completed> {
  let isForEverybody = true;
  const watched = {
    ...context,
    extensions: extensionsAt(cursor),
    onMissingEntity: (typeName: string) => {
      if (typeName !== SHOWN_AS_TO_ANYBODY) isForEverybody = false;
    },
  };
  const { operation, resumption } = plan;
  const { engine } = operation.supergraph;
  // The place's variable is declared and therefore needs a value; it requests nothing here.
  const all = resumption ? { ...variables, [resumption.variable]: cursor ?? 'none' } : variables;
  const text = await engine.completeEvent(neutral, all, response, watched);
  return { text, isForEverybody: isForEverybody && !isRefused(text) };
}

/** Whether another viewer might see more than the one for whom it was completed. */
function isRefused(text: string): boolean {
  if (text.startsWith(WITHOUT_ERRORS)) return false;
  const { errors } = JSON.parse(text) as FormattedExecutionResult;
  return errors?.some(({ extensions }) => isRefusalCode(extensions?.code)) ?? false;
}

/** The beginning of a result's text when it has no errors. */
const WITHOUT_ERRORS = '{"data":';

/** The result, if it has no place that needs viewer-specific fields; otherwise null. */
function withoutPlaces(text: string, { places }: SharedOperation): string | null {
  if (places.length === 0) return text;
  const result = parseExactly(text) as FormattedExecutionResult;
  if (idsToAskFor(result.data, places)) return null;
  return stringifyExactly(fillViewerPlaces(result, null, places));
}

async function withViewerFields(
  text: string,
  { plan, places, personal, variables }: SharedOperation,
  context: GatewayContext,
): Promise<string> {
  if (places.length === 0) return text;
  const result = parseExactly(text) as FormattedExecutionResult;
  const ids = personal && idsToAskFor(result.data, places);
  if (!ids) return stringifyExactly(fillViewerPlaces(result, null, places));
  const { engine } = plan.operation.supergraph;
  const own = await engine.executeToText(personal, { ...variables, ...ids }, context);
  return stringifyExactly(
    fillViewerPlaces(result, parseExactly(own) as FormattedExecutionResult, places),
  );
}
