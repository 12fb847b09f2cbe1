import { type PreparedOperation, type Variables, variablesKey } from '@souk/engine';
import { print } from 'graphql';
import type { SubscriptionPlan, SubscriptionRequest } from '../plan-subscription.ts';
import { splitByViewer, type ViewerPlace } from './split-by-viewer.ts';

/** An operation split into a part that is the same for everybody and a part for each viewer. */
interface SplitPlan {
  readonly neutral: PreparedOperation;
  readonly places: readonly ViewerPlace[];
  readonly personal: PreparedOperation | null;
  /** Equal for operations that ask for the same and are refused the same. */
  readonly key: string;
}

/** The common part of all viewers with the same operation and variables, and the part that differs. */
export interface SharedOperation extends SplitPlan {
  readonly plan: SubscriptionPlan;
  readonly variables: Variables;
}

/** The split depends only on the operation, which all viewers with the same rights share. */
const splits = new WeakMap<PreparedOperation, Promise<SplitPlan | null>>();

/** Null when the operation cannot be split into a shared and a viewer-specific part. */
export async function sharedOperationOf(
  plan: SubscriptionPlan,
  { variables }: SubscriptionRequest,
): Promise<SharedOperation | null> {
  const { resumption } = plan;
  const own = await splitOnce(plan);
  if (!own) return null;
  // Each viewer has come to a different point of the stream; that is not part of what they ask for.
  const { [resumption?.variable ?? '']: _, ...others } = variables;
  return { ...own, plan, variables: others, key: `${own.key}\n${variablesKey(others)}` };
}

/** A temporary failure is forgotten, and the operation is split again when next asked for. */
function splitOnce(plan: SubscriptionPlan): Promise<SplitPlan | null> {
  const { prepared } = plan;
  const known = splits.get(prepared);
  if (known) return known;
  const forget = () => void splits.delete(prepared);
  const splitting = splitPlanOf(plan, forget);
  splits.set(prepared, splitting);
  splitting.catch(forget);
  return splitting;
}

async function splitPlanOf(
  { operation, prepared, withheld }: SubscriptionPlan,
  failedForNow: () => void,
): Promise<SplitPlan | null> {
  const { engine, viewerFields } = operation.supergraph;
  const { document, operation: definition, operationName, internalNames } = prepared;
  const parts = splitByViewer(document, definition, engine.apiSchema, {
    ofViewer: viewerFields,
    withheld,
  });
  if (!parts) return null;
  const { places } = parts;
  // Withheld fields next to viewer-specific ones would have to be nulled after those are filled in.
  if (places.length > 0 && withheld) return null;
  const neutral =
    places.length === 0
      ? prepared
      : engine.prepare(print(parts.neutral), operationName, {
          document: parts.neutral,
          internalNames,
        });
  const personal = parts.personal === null ? null : engine.prepare(parts.personal);
  if (neutral.kind === 'failed' || personal?.kind === 'failed') return null;
  // Planned ahead, so that the many who ask for it at once do not each wait for the plan.
  const failure = (await neutral.planAhead()) ?? (await personal?.planAhead());
  if (failure?.isTransient) failedForNow();
  if (failure) return null;
  const key = JSON.stringify([print(document), operationName, withheld?.key]);
  return { key, neutral, places, personal };
}
