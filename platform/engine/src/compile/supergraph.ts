import {
  type DocumentNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  Kind,
  parse,
} from 'graphql';
import type { DeferDropped } from '../options.ts';
import type { PlanCache } from '../plan-cache.ts';
import { apiDefinitionsOf, apiSchemaIn } from './api-schema.ts';
import type { MachineryFields } from './client-names.ts';
import { subgraphsIn } from './join-directives.ts';
import { type OverrideLabels, overrideLabelsOf } from './override-labels.ts';
import { createPlanInputs } from './plan-inputs.ts';
import { PlannedTypes } from './planned-types.ts';
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
 * What a supergraph may require of a gateway besides the planner's features: what the gateway implements
 * itself. @policy and connectors are refused, since nothing here enforces or runs them.
 */
const SUPPORTED_FEATURES = [
  'https://specs.apollo.dev/authenticated/v0.1',
  'https://specs.apollo.dev/requiresScopes/v0.1',
  'https://specs.apollo.dev/cost/v0.1',
  'https://specs.apollo.dev/cacheTag/v0.1',
];

/** Alternatives that the planner weighs for one operation: more have never found a better plan. */
const MOST_PLANS_EVALUATED = 1_000;

export interface SupergraphSetting {
  /** The parsed text, when the caller has it. */
  readonly document?: DocumentNode | undefined;
  /** Milliseconds for planning one operation. */
  readonly planningMs: number;
  /** Labels of progressive overrides that are active. */
  readonly overrideLabels: readonly string[];
  readonly plans: PlanCache;
  readonly onDeferDropped?: ((dropped: DeferDropped) => void) | undefined;
}

/** What clients see of a supergraph: the schema against which their operations are validated. */
export const apiSchemaOf = (sdl: string): GraphQLSchema =>
  apiSchemaIn(apiDefinitionsOf(parse(sdl, { noLocation: true })));

/**
 * Throws when the text cannot be parsed. Whether it is a valid supergraph, only its planner can tell
 * (`planner.ready`).
 */
export function compileSupergraph(
  sdl: string,
  { document, planningMs, overrideLabels, plans, onDeferDropped }: SupergraphSetting,
): CompiledSupergraph {
  const supergraph = document ?? parse(sdl, { noLocation: true });
  const api = apiDefinitionsOf(supergraph);
  const apiSchema = apiSchemaIn(api);
  const { document: planned, synthetic, machinery, requiring } = plannerSupergraph(supergraph);
  const plannedTypes = new PlannedTypes(planned);
  const loaded = {
    sdl,
    apiSchema,
    subgraphs: subgraphsIn(supergraph),
    synthetic,
    machinery,
    requiring,
    interfaceNames: interfaceNamesIn(supergraph),
    types: createTypeRelations(supergraph),
    apiTypes: createTypeRelations(api),
    overrideLabels: overrideLabelsOf(planned, overrideLabels, machinery),
  };
  // This comes last, since the planner must be closed later: nothing after it may throw.
  const planner = createPlanner({
    supergraphSdl: plannedTypes.text,
    supportedFeatures: SUPPORTED_FEATURES,
    mostPlansEvaluated: MOST_PLANS_EVALUATED,
    limitMs: planningMs,
    plans,
    inputs: createPlanInputs(plannedTypes),
  });
  return { ...loaded, planner, onDeferDropped };
}

function interfaceNamesIn({ definitions }: DocumentNode): ReadonlySet<string> {
  const interfaces = definitions.filter(({ kind }) => kind === Kind.INTERFACE_TYPE_DEFINITION);
  return new Set(
    interfaces.map((node) => JSON.stringify((node as InterfaceTypeDefinitionNode).name.value)),
  );
}
