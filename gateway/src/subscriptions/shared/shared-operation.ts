import { type PreparedOperation, type Variables, variablesKey } from '@souk/engine';
import { print } from 'graphql';
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
const parted = new WeakMap<PreparedOperation, Promise<PartedPlan | null>>();

/** Null when the operation cannot be parted into what is shared and what is each viewer's. */
export async function sharedOperationOf(
  plan: SubscriptionPlan,
  { variables }: SubscriptionRequest,
): Promise<SharedOperation | null> {
  const { resumption } = plan;
  const own = await partedOnce(plan);
  if (!own) return null;
  // Each viewer has come to another point of the stream; that is not part of what they ask for.
  const { [resumption?.variable ?? '']: _, ...others } = variables;
  return { ...own, plan, variables: others, key: `${own.key}\n${variablesKey(others)}` };
}

/** What failed for now is forgotten, and parted anew when it is next asked for. */
function partedOnce(plan: SubscriptionPlan): Promise<PartedPlan | null> {
  const { prepared } = plan;
  const known = parted.get(prepared);
  if (known) return known;
  const forget = () => void parted.delete(prepared);
  const parting = partedPlanOf(plan, forget);
  parted.set(prepared, parting);
  parting.catch(forget);
  return parting;
}

async function partedPlanOf(
  { operation, prepared, withheld }: SubscriptionPlan,
  failedForNow: () => void,
): Promise<PartedPlan | null> {
  const { engine, viewerFields } = operation.supergraph;
  const { document, operation: definition, operationName, untold } = prepared;
  const parts = partByViewer(document, definition, engine.apiSchema, {
    ofViewer: viewerFields,
    withheld,
  });
  if (!parts) return null;
  const { places } = parts;
  // What is withheld beside a viewer's fields would have to be nulled after they are filled in.
  if (places.length > 0 && withheld) return null;
  const neutral =
    places.length === 0
      ? prepared
      : engine.prepare(print(parts.neutral), operationName, { document: parts.neutral, untold });
  const personal = parts.personal === null ? null : engine.prepare(parts.personal);
  if (neutral.kind === 'failed' || personal?.kind === 'failed') return null;
  // What is asked for many at once must not wait for its plan, each by themselves.
  const failure = (await neutral.planAhead()) ?? (await personal?.planAhead());
  if (failure?.isTransient) failedForNow();
  if (failure) return null;
  const key = JSON.stringify([print(document), operationName, withheld?.key]);
  return { key, neutral, places, personal };
}
