import { GraphQLError } from 'graphql';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { Refusal } from '../pipeline/refusal.ts';
import {
  planSubscription,
  type SubscriptionPlan,
  type SubscriptionRequest,
} from './plan-subscription.ts';
import type { SubscriptionDeps } from './subscription-client.ts';

const SCHEMA_CHANGED = 'SUBSCRIPTION_SCHEMA_CHANGED';

/** The operation itself has no place any more. */
export const isGone = (error: unknown): boolean =>
  error instanceof GraphQLError && error.extensions.code === SCHEMA_CHANGED;

/** The plan by the supergraph of this moment; throws when it has no place for the operation. */
export async function replanned(
  plan: SubscriptionPlan,
  request: SubscriptionRequest,
  deps: Pick<SubscriptionDeps, 'supergraph' | 'pipeline'>,
): Promise<SubscriptionPlan> {
  if (plan.operation.supergraph === deps.supergraph()) return plan;
  const next = await plannedNow(request, deps.pipeline);
  // Yet another supergraph may have come while this one's plan was made.
  if (!(next instanceof Refusal)) return replanned(next, request, deps);
  const [reason] = next.errors;
  throw new GraphQLError(
    `The schema has changed: ${reason?.message ?? 'this subscription is gone.'}`,
    { extensions: { code: SCHEMA_CHANGED } },
  );
}

async function plannedNow(
  request: SubscriptionRequest,
  { understand, admit }: Pipeline,
): Promise<SubscriptionPlan | Refusal> {
  const operation = understand(request.query, request.operationName);
  if (operation instanceof Refusal) return operation;
  const asked = admit.variables(operation, request.variables);
  return asked instanceof Refusal ? asked : planSubscription(operation, request);
}
