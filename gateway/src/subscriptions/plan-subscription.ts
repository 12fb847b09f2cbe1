import {
  type BoundedCache,
  createBoundedCache,
  type FetchRequest,
  type PreparedOperation,
  type Variables,
  variablesKey,
} from '@souk/engine';
import type { Viewer } from '@souk/runtime/domain';
import { GraphQLError, print } from 'graphql';
import type { Withheld } from '../access/guarded-fields.ts';
import type { Operation } from '../pipeline/operation.ts';
import { Refusal } from '../pipeline/refusal.ts';
import type { GatewayContext } from '../upstream/context.ts';
import { makeResumable, type Resumption } from './resume/resumable.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Variables;
  /** The viewer at this moment; read again for each event, since tokens are refreshed meanwhile. */
  context(): GatewayContext;
}

/** How a subscription runs on one version of the supergraph. */
export interface SubscriptionPlan extends SubscriptionWay {
  readonly operation: Operation;
  /** Equal for plans that listen to the same upstream. */
  readonly sourceKey: string;
  /** What the subgraph is asked for at first, for any viewer. */
  readonly source: Omit<FetchRequest<GatewayContext>, 'context'>;
}

/** How an operation runs for all viewers with the same rights on it. */
interface SubscriptionWay {
  /** Changed so that it can be resumed after an interruption. */
  readonly prepared: PreparedOperation;
  readonly resumption: Resumption | null;
  readonly withheld: Withheld | undefined;
}

/**
 * Plans an operation for the current viewer: which parts of it are specific to the viewer, how it resumes
 * after an interruption, and what to listen to.
 */
export async function planSubscription(
  operation: Operation,
  request: Pick<SubscriptionRequest, 'variables' | 'context'>,
): Promise<SubscriptionPlan | Refusal> {
  const { variables } = request;
  const context = request.context();
  const { viewer } = context;
  const root = operation.withheldFrom(viewer)?.root;
  if (root) return new Refusal([accessError(root.code)]);
  const way = wayFor(operation, viewer);
  if (way instanceof Refusal) return way;
  const { prepared, resumption, withheld } = way;
  const key = variablesKey(variables);
  const known = plans.get(prepared)?.get(key);
  if (known?.operation === operation) return known;
  const initial = { ...variables, ...resumption?.initially(variables) };
  const source = await operation.supergraph.engine.openSubscription(prepared, initial, context);
  if (source.kind === 'failed') return new Refusal(source.errors);
  const { context: _, ...asked } = source.request;
  const { sourceKey } = source;
  const plan = { operation, prepared, resumption, withheld, sourceKey, source: asked };
  const kept = plans.get(prepared) ?? createBoundedCache<string, SubscriptionPlan>(MOST_PLANS);
  plans.set(prepared, kept);
  kept.set(key, plan);
  return plan;
}

/** How many plans of one operation are kept; beyond that, further ones are not shared. */
const MOST_PLANS = 1_000;
/** By variables. Thousands listen to the same for a long time: one plan is made and kept for all of them. */
const plans = new WeakMap<PreparedOperation, BoundedCache<string, SubscriptionPlan>>();

type ResumableOperation = Pick<SubscriptionWay, 'prepared' | 'resumption'>;

/** How it resumes depends only on the operation. */
const resumable = new WeakMap<Operation, ResumableOperation | Refusal>();

function wayFor(operation: Operation, viewer: Viewer | null): SubscriptionWay | Refusal {
  const known = resumable.get(operation) ?? resumableOf(operation);
  resumable.set(operation, known);
  if (known instanceof Refusal) return known;
  const { prepared, resumption } = known;
  const withheld = operation.withheldFrom(viewer);
  return { prepared: withheld ? prepared.withholding(withheld) : prepared, resumption, withheld };
}

function resumableOf({
  supergraph: { engine },
  document,
  definition,
  operationName,
  prepared,
}: Operation): ResumableOperation | Refusal {
  const { document: asked, resumption } = makeResumable(document, definition, engine.apiSchema);
  if (!resumption) return { prepared, resumption };
  const internalNames = new Set([resumption.cursorKey, resumption.kindKey]);
  const own = engine.prepare(print(asked), operationName, { document: asked, internalNames });
  return own.kind === 'failed' ? new Refusal(own.errors) : { prepared: own, resumption };
}

const accessError = (code: 'UNAUTHENTICATED' | 'FORBIDDEN') =>
  new GraphQLError(
    code === 'UNAUTHENTICATED'
      ? 'Sign in to subscribe to this.'
      : 'Your account may not subscribe to this.',
    { extensions: { code } },
  );
