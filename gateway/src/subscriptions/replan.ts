import { setTimeout } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { Refusal } from '../pipeline/refusal.ts';
import { isNotNow } from '../upstream/not-now.ts';
import { pauseAfter } from '../upstream/retry-pause.ts';
import type { Cancellation } from './cancellation.ts';
import {
  planSubscription,
  type SubscriptionPlan,
  type SubscriptionRequest,
} from './plan-subscription.ts';
import type { SubscriptionDeps } from './subscription-client.ts';

const SCHEMA_CHANGED = 'SUBSCRIPTION_SCHEMA_CHANGED';

/** The operation is not valid on the new supergraph. */
export const isGone = (error: unknown): boolean =>
  error instanceof GraphQLError && error.extensions.code === SCHEMA_CHANGED;

/**
 * The plan on the current supergraph; throws when the operation is not valid on it. Planning that fails
 * temporarily is retried: a new supergraph has all streams planned at once.
 */
export async function replanned(
  plan: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: Pick<SubscriptionDeps, 'supergraph' | 'pipeline' | 'resumeWithinMs'>,
  cancellation: Pick<Cancellation, 'isCancelled'>,
): Promise<SubscriptionPlan> {
  const until = Date.now() + deps.resumeWithinMs;
  let current = plan;
  for (let tries = 0; !cancellation.isCancelled; tries += 1) {
    // Yet another supergraph may have come while this plan was made.
    if (current.operation.supergraph === deps.supergraph()) break;
    const next = await plannedNow(request, deps.pipeline);
    if (!(next instanceof Refusal)) {
      current = next;
      continue;
    }
    const [reason] = next.errors;
    if (!isNotNow(reason)) throw schemaChanged(reason);
    if (Date.now() > until) throw reason;
    // The cancellation's one listener is the reader, which meanwhile continues with the old plan.
    await setTimeout(pauseAfter(tries), undefined, { ref: false });
  }
  return current;
}

const schemaChanged = (reason: GraphQLError | undefined) =>
  new GraphQLError(`The schema has changed: ${reason?.message ?? 'this subscription is gone.'}`, {
    extensions: { code: SCHEMA_CHANGED },
  });

/** Replanning running subscriptions waits in its own queue, and is retried when that is full. */
const OPEN_STREAMS = { row: 'open streams', isWanted: () => true };

async function plannedNow(
  request: SubscriptionRequest,
  { understand, admit }: Pipeline,
): Promise<SubscriptionPlan | Refusal> {
  const operation = await understand(request.query, request.operationName, OPEN_STREAMS);
  if (operation instanceof Refusal) return operation;
  const asked = admit.variables(operation, request.variables);
  return asked instanceof Refusal ? asked : planSubscription(operation, request);
}
