import type { Logger } from '@souk/runtime';
import { GraphQLError } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayTransport } from '../transport/transport.ts';
import type { EncodedEvent } from './encoded-event.ts';
import type { LiveSink } from './live-sink.ts';
import { ownEvents } from './own-events.ts';
import {
  type PlanningRules,
  planSubscription,
  type SubscriptionPlan,
  type SubscriptionRequest,
  type SubscriptionUse,
} from './plan-subscription.ts';
import type { Parting } from './shared/shared-stream.ts';
import type { SharedStreams } from './shared/shared-streams.ts';
import { stoppable } from './stoppable.ts';
import type { UpstreamPlace } from './upstream.ts';

/** A subscription that may run, before it is started. */
export interface AdmittedSubscription {
  readonly use: SubscriptionUse;
  /**
   * Runs it until it ends by itself or the client leaves; everything there is to tell is written to
   * the client's sink. Rejects with a GraphQLError that clients may see.
   */
  run(client: Client): Promise<void>;
}

export interface Client {
  readonly sink: LiveSink;
  /** Aborts when the client leaves, or is sent away. */
  readonly signal: AbortSignal;
  /** The cursor to continue behind, where the operation does not say. */
  readonly after?: string | undefined;
}

export interface SubscriptionDeps extends PlanningRules {
  supergraph(): LoadedSupergraph;
  /** Calls back when the supergraph was replaced; returns how to stop. */
  onSupergraph(changed: (supergraph: LoadedSupergraph) => void): () => void;
  transport: GatewayTransport;
  shared: SharedStreams;
  logger: Logger;
}

export function admitSubscription(
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): AdmittedSubscription | readonly GraphQLError[] {
  try {
    const plan = planSubscription(deps.supergraph(), request, deps);
    if (!('admission' in plan)) return plan;
    return {
      use: plan.use,
      run: (client) => run(plan, request, deps, client),
    };
  } catch (error) {
    return [publicOf(error, request, deps.logger)];
  }
}

/** How far a client has come. */
interface Progress extends UpstreamPlace {
  plan: SubscriptionPlan;
}

/**
 * A client's way through its subscription: alone, with an upstream of its own, until the subgraph
 * says that it sees what everybody sees; then together with all who do, until something sets it
 * apart again. The protocol behind it is docs/shared-streams.md.
 */
async function run(
  first: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  client: Client,
): Promise<void> {
  const progress: Progress = { plan: first, cursor: client.after ?? null, silently: false };
  const context = () => request.context();
  try {
    let lastWord: EncodedEvent | null | undefined;
    while (!client.signal.aborted) {
      let position = await alone(progress, request, deps, client, lastWord);
      let parting: Parting | null = null;
      while (position !== undefined && !client.signal.aborted) {
        progress.plan = replanned(progress.plan, request, deps);
        const userId = context().viewer?.userId ?? null;
        const follower = { ...client, userId, position, cursor: progress.cursor, context };
        parting = await deps.shared.follow(progress.plan, request, follower);
        progress.cursor = parting.cursor;
        progress.silently = true;
        position = parting.kind === 'moved' ? parting.position : undefined;
      }
      if (!parting) return;
      lastWord = parting.kind === 'recheck' ? parting.lastWord : undefined;
    }
  } catch (error) {
    if (!client.signal.aborted) throw publicOf(error, request, deps.logger);
  }
}

/**
 * Writes what the viewer's own upstream tells. Resolves to the position from which on a shared
 * stream may take over, null where the stream has no positions, undefined when all has been said. A
 * new supergraph takes over where it listens to the same upstream; where it does not, the upstream
 * is opened anew behind the last event. Only an operation that it has no place for ends.
 *
 * With a `lastWord` the viewer was sent the stream before: a refusal is told by that, if at all.
 */
async function alone(
  progress: Progress,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  { sink, signal }: Client,
  lastWord: EncodedEvent | null | undefined,
): Promise<number | null | undefined> {
  let failure: { error: unknown } | null = null;
  let superseded = new AbortController();
  let isLetIn = lastWord === undefined;
  const stopListening = deps.onSupergraph(() => {
    const { sourceKey } = progress.plan;
    try {
      progress.plan = replanned(progress.plan, request, deps);
    } catch (error) {
      failure = { error };
    }
    if (failure || progress.plan.sourceKey !== sourceKey) superseded.abort();
  });
  try {
    while (!signal.aborted && !failure) {
      superseded = new AbortController();
      const until = AbortSignal.any([signal, superseded.signal]);
      const events = stoppable((stopped) =>
        ownEvents(() => progress.plan, request, deps, {
          signal: AbortSignal.any([until, stopped]),
          place: progress,
        }),
      );
      for await (const { event, cursor, mark } of events) {
        isLetIn = true;
        if (event) await written(event, sink, signal);
        if (mark?.shared && deps.shared.mayShare(progress.plan, request)) {
          progress.cursor = cursor ?? progress.cursor;
          return mark.position ?? null;
        }
      }
      if (!superseded.signal.aborted) return undefined;
    }
    if (failure) throw (failure as { error: unknown }).error;
    return undefined;
  } catch (error) {
    if (isLetIn || !isRefusal(error)) throw error;
    if (lastWord) await written(lastWord, sink, signal);
    return undefined;
  } finally {
    stopListening();
  }
}

async function written(event: EncodedEvent, sink: LiveSink, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !sink.write(event)) await sink.room();
}

/** The subgraph said no, rather than nothing. */
const isRefusal = (error: unknown) =>
  error instanceof GraphQLError &&
  !['SUBGRAPH_UNAVAILABLE', 'SUBGRAPH_TIMEOUT'].includes(String(error.extensions.code));

/** The plan by the supergraph of this moment; throws when it has no place for the operation. */
function replanned(
  plan: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): SubscriptionPlan {
  const supergraph = deps.supergraph();
  if (plan.supergraph === supergraph) return plan;
  const next = planSubscription(supergraph, request, deps);
  if ('admission' in next) return next;
  const [reason] = next;
  throw new GraphQLError(
    `The schema has changed: ${reason?.message ?? 'this subscription is gone.'}`,
    { extensions: { code: 'SUBSCRIPTION_SCHEMA_CHANGED' } },
  );
}

/** A coded error may reach the client as it is; anything else is our fault and stays in the log. */
function publicOf(error: unknown, { context }: SubscriptionRequest, logger: Logger): GraphQLError {
  if (error instanceof GraphQLError && error.extensions.code) return error;
  const { requestId } = context();
  logger.error({ err: error, requestId }, 'a subscription failed');
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}
