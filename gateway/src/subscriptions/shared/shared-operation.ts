import { type OperationDefinitionNode, print } from 'graphql';
import type { PreparedOperation, Variables } from '../../execution/index.ts';
import { operationOf } from '../../executor.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { partByViewer, type ViewerPlace } from './part-by-viewer.ts';

/** What all viewers with the same operation and variables have in common, and what they have not. */
export interface SharedOperation {
  /** Equal for subscriptions that may be served by one stream. */
  readonly key: string;
  readonly plan: SubscriptionPlan;
  readonly neutral: PreparedOperation;
  readonly variables: Variables;
  readonly places: readonly ViewerPlace[];
  readonly personal: PreparedOperation | null;
}

/** Null when the operation cannot be parted into what is shared and what is each viewer's. */
export function sharedOperationOf(
  plan: SubscriptionPlan,
  { operationName, variables }: SubscriptionRequest,
): SharedOperation | null {
  const { supergraph, admission, resumption } = plan;
  const { engine, viewerFields } = supergraph;
  const { document, refused } = admission.admitted;
  const operation = operationOf(document, operationName) as OperationDefinitionNode;
  const parted = partByViewer(document, operation, engine.apiSchema, viewerFields);
  if (!parted) return null;
  const { places } = parted;
  const neutral =
    places.length === 0 ? admission.prepared : engine.prepare(parted.neutral, operationName);
  const personal = parted.personal === null ? null : engine.prepare(parted.personal);
  if (neutral.kind === 'failed' || personal?.kind === 'failed') return null;
  // Each viewer has come to another point of the stream; that is not part of what they ask for.
  const { [resumption?.variable ?? '']: _, ...others } = variables;
  const key = JSON.stringify([print(document), operationName, others, refused]);
  return { key, plan, neutral, variables: others, places, personal };
}
