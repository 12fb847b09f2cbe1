import type { Logger } from '@souk/runtime';
import { type DocumentNode, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { completeEvent } from '../executor.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayTransport } from '../transport/transport.ts';
import { inOrder } from './in-order.ts';
import {
  type PlanningRules,
  planSubscription,
  type SubscriptionPlan,
  type SubscriptionRequest,
} from './plan-subscription.ts';
import { CURSOR_KEY, KIND_KEY, type Resumption } from './resumable.ts';
import { stoppable } from './stoppable.ts';
import { type UpstreamPlace, upstreamEvents } from './upstream.ts';

export interface SubscriptionEvent {
  readonly result: FormattedExecutionResult;
  /** Where the event is in its stream: give it back as `after` to continue right behind it. */
  readonly cursor: string | null;
}

/** A subscription that may run, before it is started. */
export interface AdmittedSubscription {
  /** The client's operation, as it was written. */
  readonly document: DocumentNode;
  /** Starts it, behind a cursor if one is given; errors come out as GraphQLErrors. */
  start(after?: string): AsyncIterableIterator<SubscriptionEvent>;
}

export interface SubscriptionDeps extends PlanningRules {
  supergraph(): LoadedSupergraph;
  /** Calls back when the supergraph was replaced; returns how to stop. */
  onSupergraph(changed: (supergraph: LoadedSupergraph) => void): () => void;
  transport: GatewayTransport;
  logger: Logger;
}

/** Events completed at a time: during a replay the fetches of one need not wait for the last's. */
const EVENTS_AHEAD = 16;

export function admitSubscription(
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): AdmittedSubscription | readonly GraphQLError[] {
  try {
    const plan = planSubscription(deps.supergraph(), request, deps);
    if (!('admission' in plan)) return plan;
    return {
      document: plan.document,
      start: (after) => stoppable((signal) => eventsOf(plan, request, deps, { signal, after })),
    };
  } catch (error) {
    return [publicOf(error, request, deps.logger)];
  }
}

/**
 * Runs the plan's primary part on its subgraph and completes every event through the rest. A new
 * supergraph takes over where it listens to the same upstream; where it does not, the upstream is
 * opened anew behind the last event. Only an operation that it has no place for ends.
 */
async function* eventsOf(
  first: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
  { signal, after }: { signal: AbortSignal; after: string | undefined },
): AsyncGenerator<SubscriptionEvent, void, undefined> {
  const { transport, logger } = deps;
  let plan = first;
  let failure: GraphQLError | null = null;
  let superseded = new AbortController();
  const place: UpstreamPlace = { cursor: after ?? null, silently: false };
  const stopListening = deps.onSupergraph((supergraph) => {
    const next = replanned(supergraph, request, deps);
    if (next instanceof GraphQLError) failure = next;
    else {
      const sameUpstream = next.sourceKey === plan.sourceKey;
      plan = next;
      if (sameUpstream) return;
    }
    superseded.abort();
  });
  try {
    while (!signal.aborted && !failure) {
      superseded = new AbortController();
      const { resumption } = plan;
      const events = upstreamEvents({
        open: (variables, until) => {
          const { supergraph, admission } = plan;
          const all = { ...request.variables, ...variables };
          const source = supergraph.engine.openSubscription(
            admission.prepared,
            all,
            request.context(),
          );
          if (source.kind === 'failed') throw source.errors[0];
          return transport.subscribe(source.request, until);
        },
        resumption,
        place,
        signal: AbortSignal.any([signal, superseded.signal]),
        logger,
      });
      const completed = inOrder(events, EVENTS_AHEAD, async ({ response, cursor }) => {
        const { supergraph, admission } = plan;
        const context = request.context();
        const { variables } = request;
        const result = await completeEvent(supergraph, admission, variables, response, context);
        return { result: asClientSees(result, cursor, resumption), cursor };
      });
      yield* completed;
      if (!superseded.signal.aborted) return;
    }
    if (failure) throw failure;
  } catch (error) {
    throw publicOf(error, request, logger);
  } finally {
    stopListening();
  }
}

/** Without what only the gateway asked for; the cursor travels beside the data. */
function asClientSees(
  result: FormattedExecutionResult,
  cursor: string | null,
  resumption: Resumption | null,
): FormattedExecutionResult {
  const event = resumption ? result.data?.[resumption.rootKey] : null;
  if (typeof event === 'object' && event !== null) {
    const own = event as Record<string, unknown>;
    delete own[CURSOR_KEY];
    delete own[KIND_KEY];
  }
  return cursor === null ? result : { ...result, extensions: { ...result.extensions, cursor } };
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

function replanned(
  supergraph: LoadedSupergraph,
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): SubscriptionPlan | GraphQLError {
  try {
    const plan = planSubscription(supergraph, request, deps);
    return 'admission' in plan ? plan : schemaChanged(plan[0]);
  } catch (error) {
    return publicOf(error, request, deps.logger);
  }
}

const schemaChanged = (reason: GraphQLError | undefined) =>
  new GraphQLError(`The schema has changed: ${reason?.message ?? 'this subscription is gone.'}`, {
    extensions: { code: 'SUBSCRIPTION_SCHEMA_CHANGED' },
  });
