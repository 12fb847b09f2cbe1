import {
  DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  type Operation,
  operationFromDocument,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { MachineryFields } from './plan/client-names.ts';
import { plannerSupergraph, type StandIns } from './plan/planner-supergraph.ts';
import { createTypeRelations, type TypeRelations } from './type-relations.ts';

/** A supergraph as the engine uses it: what clients see, what it hides, and who plans. */
export interface LoadedSupergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Over all types, hidden ones included, as subgraphs may answer with them. */
  readonly types: TypeRelations;
  /** Over the types that clients see. */
  readonly apiTypes: TypeRelations;
  /** As JSON texts, the form in which `__typename` arrives. */
  readonly interfaceNames: ReadonlySet<string>;
  readonly standIns: StandIns;
  /** Names of the fields that keys, @requires and @provides are made of. */
  readonly machinery: MachineryFields;
  plan(document: DocumentNode, operationName: string | undefined): QueryPlan;
}

/**
 * What a supergraph may ask of a gateway: the planner's features, and those that the gateway itself
 * sees to. @policy and connectors are refused, as nobody here would enforce or run them.
 */
const SUPPORTED_FEATURES = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/authenticated/v0.1',
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
  'https://specs.apollo.dev/cacheTag/v0.1',
]);

/** The planner weighs at most so many alternatives, so that no operation can stall the process. */
const MOST_PLANS_EVALUATED = 1_000;

/** Throws when the text is not a supergraph that this gateway can serve. */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: SUPPORTED_FEATURES });
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
  const { document, standIns, machinery } = plannerSupergraph(sdl);
  const planned = Supergraph.build(document, {
    supportedFeatures: SUPPORTED_FEATURES,
    validateSupergraph: false,
  });
  const plannedApi: Schema = planned.apiSchema();
  const planner = new QueryPlanner(planned, {
    debug: { maxEvaluatedPlans: MOST_PLANS_EVALUATED },
  });
  return {
    sdl,
    apiSchema,
    subgraphs: supergraph.subgraphsMetadata(),
    standIns,
    machinery,
    interfaceNames: new Set(
      [...supergraph.schema.interfaceTypes()].map(({ name }) => JSON.stringify(name)),
    ),
    types: createTypeRelations(supergraph.schema.toGraphQLJSSchema()),
    apiTypes: createTypeRelations(apiSchema),
    plan(document, operationName) {
      const operation: Operation = operationFromDocument(plannedApi, document, { operationName });
      return planner.buildQueryPlan(operation);
    },
  };
}
