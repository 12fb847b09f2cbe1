import { DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { type GraphQLSchema, print } from 'graphql';
import type { PlanCache } from '../plan-cache.ts';
import type { DeferDropped } from '../types.ts';
import type { MachineryFields } from './client-names.ts';
import { type OverrideLabels, overrideLabelsOf } from './override-labels.ts';
import { createPlanInputs } from './plan-inputs.ts';
import { createPlanner, type Planner } from './planner.ts';
import { plannerSupergraph, type SyntheticFields } from './planner-supergraph.ts';
import { createTypeRelations, type TypeRelations } from './type-relations.ts';

/** A supergraph as the engine uses it: what clients see, what is hidden from them, and its planner. */
export interface CompiledSupergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** All types, including hidden ones, since subgraphs may return them. */
  readonly types: TypeRelations;
  /** The types that clients see. */
  readonly apiTypes: TypeRelations;
  /** As JSON texts, the form in which `__typename` arrives. */
  readonly interfaceNames: ReadonlySet<string>;
  readonly synthetic: SyntheticFields;
  /** Names of the fields that keys, @requires and @provides are made of. */
  readonly machinery: MachineryFields;
  /** Names of the fields that require others. */
  readonly requiring: ReadonlySet<string>;
  readonly overrideLabels: OverrideLabels;
  readonly planner: Planner;
  readonly onDeferDropped: ((dropped: DeferDropped) => void) | undefined;
}

/**
 * What a supergraph may require of a gateway: the planner's features, and those that the gateway implements
 * itself. @policy and connectors are refused, since nothing here enforces or runs them.
 */
const SUPPORTED_FEATURES = new Set([
  ...DEFAULT_SUPPORTED_SUPERGRAPH_FEATURES,
  'https://specs.apollo.dev/authenticated/v0.1',
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
  'https://specs.apollo.dev/cacheTag/v0.1',
]);

/** Alternatives that the planner weighs for one operation: more have never found a better plan. */
const MOST_PLANS_EVALUATED = 1_000;

export interface SupergraphSetting {
  /** Milliseconds for planning one operation. */
  readonly planningMs: number;
  /** Labels of progressive overrides that are active. */
  readonly overrideLabels: readonly string[];
  readonly plans: PlanCache;
  readonly onDeferDropped?: ((dropped: DeferDropped) => void) | undefined;
}

const readSupergraph = (sdl: string) =>
  Supergraph.build(sdl, { supportedFeatures: SUPPORTED_FEATURES });

const clientSchema = (supergraph: Supergraph): GraphQLSchema =>
  supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });

/** What clients see of a supergraph: the schema against which their operations are validated. */
export const apiSchemaOf = (sdl: string): GraphQLSchema => clientSchema(readSupergraph(sdl));

/** Throws when the text is not a supergraph that this gateway can serve. */
export function compileSupergraph(
  sdl: string,
  { planningMs, overrideLabels, plans, onDeferDropped }: SupergraphSetting,
): CompiledSupergraph {
  const supergraph = readSupergraph(sdl);
  const apiSchema = clientSchema(supergraph);
  const { document, synthetic, machinery, requiring } = plannerSupergraph(sdl);
  const loaded = {
    sdl,
    apiSchema,
    subgraphs: supergraph.subgraphsMetadata(),
    synthetic,
    machinery,
    requiring,
    interfaceNames: new Set(
      [...supergraph.schema.interfaceTypes()].map(({ name }) => JSON.stringify(name)),
    ),
    types: createTypeRelations(supergraph.schema.toGraphQLJSSchema()),
    apiTypes: createTypeRelations(apiSchema),
    overrideLabels: overrideLabelsOf(document, overrideLabels, machinery),
  };
  // This comes last, since the planner must be closed later: nothing after it may throw.
  const planner = createPlanner({
    supergraphSdl: print(document),
    supportedFeatures: [...SUPPORTED_FEATURES],
    mostPlansEvaluated: MOST_PLANS_EVALUATED,
    limitMs: planningMs,
    plans,
    inputs: createPlanInputs(document),
  });
  return { ...loaded, planner, onDeferDropped };
}
