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

/** A supergraph as the engine uses it: what clients see, what it hides, and who plans. */
export interface CompiledSupergraph {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Over all types, hidden ones included, as subgraphs may answer with them. */
  readonly types: TypeRelations;
  /** Over the types that clients see. */
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

/** Alternatives that the planner weighs for one operation: more have never found a better plan. */
const MOST_PLANS_EVALUATED = 1_000;

export interface SupergraphSetting {
  /** Milliseconds that an operation may be planned for. */
  readonly planningMs: number;
  /** Labels of progressive overrides that hold. */
  readonly overrideLabels: readonly string[];
  readonly plans: PlanCache;
  readonly onDeferDropped?: ((dropped: DeferDropped) => void) | undefined;
}

const readSupergraph = (sdl: string) =>
  Supergraph.build(sdl, { supportedFeatures: SUPPORTED_FEATURES });

const clientSchema = (supergraph: Supergraph): GraphQLSchema =>
  supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });

/** What clients see of a supergraph: the schema by which their operations are validated. */
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
  // Last, as it is kept until it is closed: nothing may throw behind it.
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
