import { type BoundedCache, createBoundedCache, operationOf, type Variables } from '@souk/engine';
import { scopesOf, type Viewer } from '@souk/runtime';
import { GraphQLError, type OperationDefinitionNode, OperationTypeNode } from 'graphql';
import { refuseFields } from '../access/refuse-fields.ts';
import type { GatewayContext } from '../context.ts';
import type { AdmittedExecution } from '../executor.ts';
import type { OperationGuard } from '../limits/guard.ts';
import type { Asker, OperationUse } from '../limits/rates/rates.ts';
import { errorWithoutSuggestion } from '../limits/suggestions.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import { makeResumable, type Resumption } from './resumable.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Variables;
  /** Who asks, now; asked again for each event, since tokens are refreshed meanwhile. */
  context(): GatewayContext;
}

/** The client's operation, as it was written, and what it may cost. */
export type SubscriptionUse = Omit<OperationUse, keyof Asker>;

/** How a subscription runs on one version of the supergraph. */
export interface SubscriptionPlan extends AdmittedWay {
  readonly supergraph: LoadedSupergraph;
  readonly use: SubscriptionUse;
  /** Equal for plans that listen to the same upstream. */
  readonly sourceKey: string;
}

export interface PlanningRules {
  guard: OperationGuard;
  /** Hide what a client could learn of the schema from a refusal. */
  hideSchema: boolean;
}

/** Says whether a subscription may run, and how: the same rules for every transport. */
export async function planSubscription(
  supergraph: LoadedSupergraph,
  request: SubscriptionRequest,
  { guard, hideSchema }: PlanningRules,
): Promise<SubscriptionPlan | readonly GraphQLError[]> {
  const { engine, costs } = supergraph;
  const { query, operationName, variables } = request;
  const document = guard.parse(query);
  if (!('definitions' in document)) return document;
  const operation = operationOf(document, operationName);
  if (!operation) return [unknownOperation()];
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return [onlySubscriptions(operation)];
  const valid = await engine.prepare(query, operationName);
  const told = (errors: readonly GraphQLError[]) =>
    hideSchema ? errors.map(errorWithoutSuggestion) : errors;
  if (valid.kind === 'failed') return told(valid.errors);
  const use = { document, operation, variables };
  const { problems, cost } = guard.judge(use, engine.apiSchema, costs);
  if (problems.length > 0) return problems;

  const { viewer } = request.context();
  const admittedFor = cacheOf(supergraph);
  const key = `${rightsOf(viewer)}\n${operationName ?? ''}\n${query}`;
  const found = admittedFor.get(key) ?? (await wayFor(supergraph, use, operationName, viewer));
  if (!('admission' in found)) return found;
  // Of many that came at once, all take the way that was found first.
  const way = admittedFor.get(key) ?? found;
  admittedFor.set(key, way);
  const initial = { ...variables, ...way.resumption?.initially(variables) };
  const source = await engine.openSubscription(way.admission.prepared, initial, request.context());
  if (source.kind === 'failed') return told(source.errors);
  const { admission, resumption } = way;
  const { sourceKey } = source;
  // Spelled out: V8 gives each copy made by spreading a hidden class of its own, and these live long.
  const charged = { document, operation, variables, cost };
  return { admission, resumption, supergraph, use: charged, sourceKey };
}

/** How an operation runs for all viewers with the same rights: one object for all of them. */
interface AdmittedWay {
  readonly admission: AdmittedExecution;
  readonly resumption: Resumption | null;
}

/** Ways remembered for each supergraph. */
const MAX_WAYS = 500;
const ways = new WeakMap<LoadedSupergraph, BoundedCache<string, AdmittedWay>>();

function cacheOf(supergraph: LoadedSupergraph): BoundedCache<string, AdmittedWay> {
  const known = ways.get(supergraph) ?? createBoundedCache<string, AdmittedWay>(MAX_WAYS);
  ways.set(supergraph, known);
  return known;
}

/** All that access rules look at. */
const rightsOf = (viewer: Viewer | null) => (viewer ? [...scopesOf(viewer)].sort().join() : 'none');

async function wayFor(
  { engine, access }: LoadedSupergraph,
  { document, operation: chosen }: Pick<SubscriptionUse, 'document' | 'operation'>,
  operationName: string | undefined,
  viewer: Viewer | null,
): Promise<AdmittedWay | readonly GraphQLError[]> {
  const admitted = refuseFields(document, chosen, engine.apiSchema, access, viewer);
  const refusedRoot = admitted.refused.find(({ isRoot }) => isRoot);
  if (refusedRoot) return [accessRefused(refusedRoot.code)];
  const operation = operationOf(admitted.document, operationName) as OperationDefinitionNode;
  const { document: asked, resumption } = makeResumable(
    admitted.document,
    operation,
    engine.apiSchema,
  );
  const prepared = await engine.prepare(asked, operationName);
  if (prepared.kind === 'failed') return prepared.errors;
  return { admission: { prepared, admitted: { ...admitted, document: asked } }, resumption };
}

const unknownOperation = () =>
  new GraphQLError('Name one operation of the document.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });

const onlySubscriptions = ({ operation }: OperationDefinitionNode) =>
  new GraphQLError(`Only subscriptions run here; send a ${operation} by HTTP POST.`, {
    extensions: { code: 'OPERATION_NOT_SUPPORTED' },
  });

const accessRefused = (code: 'UNAUTHENTICATED' | 'FORBIDDEN') =>
  new GraphQLError(
    code === 'UNAUTHENTICATED'
      ? 'Sign in to subscribe to this.'
      : 'Your account may not subscribe to this.',
    { extensions: { code } },
  );
