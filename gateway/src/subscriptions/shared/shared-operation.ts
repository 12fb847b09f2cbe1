import { operationOf, type PreparedOperation, type Variables, variablesKey } from '@souk/engine';
import { type OperationDefinitionNode, print } from 'graphql';
import type { AdmittedExecution } from '../../executor.ts';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { partByViewer, type ViewerPlace } from './part-by-viewer.ts';

/** An operation parted into what is the same for everybody and what is each viewer's. */
interface PartedPlan {
  readonly neutral: PreparedOperation;
  readonly places: readonly ViewerPlace[];
  readonly personal: PreparedOperation | null;
  /** Equal for operations that ask for the same, and are refused the same. */
  readonly key: string;
}

/** What all viewers with the same operation and variables have in common, and what they have not. */
export interface SharedOperation extends PartedPlan {
  readonly plan: SubscriptionPlan;
  readonly variables: Variables;
}

/** Parting depends on the operation alone, which all viewers with the same rights have in common. */
const parted = new WeakMap<AdmittedExecution, PartedPlan | null>();

/** Null when the operation cannot be parted into what is shared and what is each viewer's. */
export async function sharedOperationOf(
  plan: SubscriptionPlan,
  { operationName, variables }: SubscriptionRequest,
): Promise<SharedOperation | null> {
  const { admission, resumption } = plan;
  const known = parted.get(admission);
  const own = known === undefined ? await partedPlanOf(plan, operationName) : known;
  parted.set(admission, own);
  if (!own) return null;
  // Each viewer has come to another point of the stream; that is not part of what they ask for.
  const { [resumption?.variable ?? '']: _, ...others } = variables;
  return { ...own, plan, variables: others, key: `${own.key}\n${variablesKey(others)}` };
}

async function partedPlanOf(
  { supergraph, admission }: SubscriptionPlan,
  operationName: string | undefined,
): Promise<PartedPlan | null> {
  const { engine, viewerFields } = supergraph;
  const { document, refused } = admission.admitted;
  const operation = operationOf(document, operationName) as OperationDefinitionNode;
  const parts = partByViewer(document, operation, engine.apiSchema, viewerFields);
  if (!parts) return null;
  const { places } = parts;
  // What is refused inside of a viewer's fields would have to be nulled after they are filled in.
  if (places.length > 0 && refused.length > 0) return null;
  const neutral =
    places.length === 0 ? admission.prepared : await engine.prepare(parts.neutral, operationName);
  const personal = parts.personal === null ? null : await engine.prepare(parts.personal);
  if (neutral.kind === 'failed' || personal?.kind === 'failed') return null;
  const key = JSON.stringify([print(document), operationName, refused]);
  return { key, neutral, places, personal };
}
