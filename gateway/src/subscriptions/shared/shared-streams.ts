import type { Logger } from '@souk/runtime';
import type { FormattedExecutionResult } from 'graphql';
import type { GatewayContext } from '../../context.ts';
import type { SubgraphResponse } from '../../execution/index.ts';
import { completeEvent } from '../../executor.ts';
import type { LoadedSupergraph } from '../../supergraph/loaded-supergraph.ts';
import type { GatewayTransport } from '../../transport/transport.ts';
import { createViewerBatch } from '../../transport/viewer-batch.ts';
import { EncodedEvent } from '../encoded-event.ts';
import { inOrder } from '../in-order.ts';
import { asClientSees, EVENTS_AHEAD } from '../own-events.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { type UpstreamEvent, upstreamEvents } from '../upstream.ts';
import { fillViewerPlaces, idsToAskFor } from './fill-viewer-places.ts';
import type { Happening } from './happenings.ts';
import { type SharedOperation, sharedOperationOf } from './shared-operation.ts';
import {
  createSharedStream,
  type Follower,
  type Parting,
  type SharedStream,
} from './shared-stream.ts';

export interface SharedStreamsOptions {
  onSupergraph(changed: (supergraph: LoadedSupergraph) => void): () => void;
  transport: GatewayTransport;
  eventTimeoutMs: number;
  logger: Logger;
}

/** The streams of this process that many clients follow, one for each operation and variables. */
export interface SharedStreams {
  /** False when this operation can only be answered to each viewer by themselves. */
  mayShare(plan: SubscriptionPlan, request: SubscriptionRequest): boolean;
  follow(
    plan: SubscriptionPlan,
    request: SubscriptionRequest,
    follower: Follower,
  ): Promise<Parting>;
  close(): void;
}

interface OpenStream {
  readonly stream: SharedStream;
  stop(): void;
}

export function createSharedStreams(options: SharedStreamsOptions): SharedStreams {
  const { transport, eventTimeoutMs, logger } = options;
  const open = new Map<string, OpenStream>();
  /** Keys of operations whose subgraph would not serve them to everybody at once. */
  const alone = new Set<string>();
  const isShareable = (operation: SharedOperation | null): operation is SharedOperation =>
    operation !== null && !alone.has(operation.key);

  const begin = (operation: SharedOperation, { position, cursor }: Follower): SharedStream => {
    const { key, plan } = operation;
    const stopped = new AbortController();
    const close = () => {
      if (open.get(key)?.stream === stream) open.delete(key);
      stopped.abort();
    };
    const isReplayed = plan.resumption !== null;
    const stream = createSharedStream({ isReplayed, onEmpty: close });
    open.set(key, { stream, stop: close });
    if (isReplayed) stream.beganAt(position);
    void listen(operation, stream, cursor, stopped.signal).then((hasServed) => {
      if (stopped.signal.aborted) return;
      if (!hasServed) alone.add(key);
      close();
      stream.part('behind');
    });
    return stream;
  };

  /** Resolves, when the upstream has ended, to whether it ever told anything. */
  const listen = async (
    operation: SharedOperation,
    stream: SharedStream,
    cursor: string | null,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const { plan, neutral, variables } = operation;
    const { engine } = plan.supergraph;
    const context = () => anonymous(eventTimeoutMs);
    let hasServed = false;
    try {
      const events = upstreamEvents({
        open: (given, until) => {
          const all = { ...variables, ...given };
          const source = engine.openSubscription(neutral, all, { ...context(), shared: true });
          if (source.kind === 'failed') throw source.errors[0];
          return transport.subscribe(source.request, until);
        },
        requestId: context().requestId,
        resumption: plan.resumption,
        place: { cursor, silently: true },
        signal,
        logger,
      });
      const happenings = inOrder(events, EVENTS_AHEAD, (event) =>
        happeningOf(event, operation, context()),
      );
      for await (const { mark, happening } of happenings) {
        hasServed = true;
        if (mark) stream.beganAt(mark.position ?? null);
        if (happening) stream.happened(happening);
      }
    } catch (err) {
      if (!signal.aborted) logger.warn({ err }, 'a shared stream ended');
    }
    return hasServed;
  };

  const stopListening = options.onSupergraph(() => {
    const old = [...open.values()];
    open.clear();
    alone.clear();
    for (const { stream } of old) stream.part('moved');
  });

  return {
    mayShare: (plan, request) => isShareable(sharedOperationOf(plan, request)),
    follow: async (plan, request, follower) => {
      const operation = sharedOperationOf(plan, request);
      if (!isShareable(operation)) return { kind: 'behind', cursor: follower.cursor };
      const stream = open.get(operation.key)?.stream ?? begin(operation, follower);
      return stream.follow(follower);
    },
    close: () => {
      stopListening();
      for (const { stop } of open.values()) stop();
    },
  };
}

/** What accompanies requests for everybody: nobody's name. */
const anonymous = (timeoutMs: number): GatewayContext => ({
  requestId: crypto.randomUUID(),
  viewer: null,
  deadlineAt: Date.now() + timeoutMs,
  signal: AbortSignal.timeout(timeoutMs),
});

async function happeningOf(
  { response, cursor, mark }: UpstreamEvent,
  operation: SharedOperation,
  context: GatewayContext,
): Promise<{ mark: UpstreamEvent['mark']; happening: Happening | null }> {
  const position = mark?.position ?? null;
  const whom = mark?.recheck;
  if (whom) {
    const { result } = response ? await completed(response, operation, context) : { result: null };
    const lastWord = result && encoded(result, cursor, operation);
    return { mark, happening: { kind: 'recheck', position, cursor, whom, lastWord } };
  }
  if (!response) return { mark, happening: null };
  const { result, isForEverybody } = await completed(response, operation, context);
  if (isForEverybody && !idsToAskFor(result.data, operation.places)) {
    const event = encoded(fillViewerPlaces(result, null, operation.places), cursor, operation);
    return { mark, happening: { kind: 'event', position, cursor, event } };
  }
  const shared = isForEverybody ? JSON.stringify(result) : null;
  const batch = createViewerBatch();
  const personalize = (follower: Follower): Promise<EncodedEvent> =>
    batch.run(async () => {
      const own = { ...follower.context(), batch };
      const base =
        shared === null
          ? (await completed(response, operation, own)).result
          : (JSON.parse(shared) as FormattedExecutionResult);
      return encoded(await withViewerFields(base, operation, own), cursor, operation);
    });
  return { mark, happening: { kind: 'personal', position, cursor, personalize } };
}

/** Answers that depend on who asks, of which there may be another for somebody with an account. */
const DEPENDS_ON_VIEWER = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND'];

async function completed(
  response: SubgraphResponse,
  { plan, neutral, variables }: SharedOperation,
  context: GatewayContext,
): Promise<{ result: FormattedExecutionResult; isForEverybody: boolean }> {
  let isForEverybody = true;
  const watched = {
    ...context,
    onMissingEntity: () => {
      isForEverybody = false;
    },
  };
  const { supergraph, admission } = plan;
  const execution = { prepared: neutral, admitted: admission.admitted };
  const result = await completeEvent(supergraph, execution, variables, response, watched);
  const isRefused = result.errors?.some(({ extensions }) =>
    DEPENDS_ON_VIEWER.includes(String(extensions?.code)),
  );
  return { result, isForEverybody: isForEverybody && !isRefused };
}

async function withViewerFields(
  result: FormattedExecutionResult,
  { plan, places, personal, variables }: SharedOperation,
  context: GatewayContext,
): Promise<FormattedExecutionResult> {
  const ids = personal && idsToAskFor(result.data, places);
  if (!ids) return fillViewerPlaces(result, null, places);
  const { engine } = plan.supergraph;
  const own = await engine.execute(personal, { ...variables, ...ids }, context);
  return fillViewerPlaces(result, own, places);
}

const encoded = (
  result: FormattedExecutionResult,
  cursor: string | null,
  { plan }: SharedOperation,
): EncodedEvent => new EncodedEvent(asClientSees(result, cursor, plan.resumption), cursor);
