import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { type ResponsePath, requestError } from '../errors.ts';
import { variableText } from '../json/exact-variables.ts';
import type {
  PlanOutline,
  PreparationFailure,
  PreparedOperation,
  Variables,
} from '../operation.ts';
import type { BatchedDocument } from './batched-document.ts';
import { createPlanningNames, type PlanningNames, withPlanningNames } from './client-names.ts';
import { withoutEmptySets } from './conditions.ts';
import { labelDefers } from './deferred-fragments.ts';
import { type IntrospectionPart, introspectionPart } from './introspection.ts';
import { literalText, withoutLiterals } from './literals.ts';
import { planInParts } from './plan-in-parts.ts';
import { outlineOf } from './plan-outline.ts';
import { PlanningLimit, PlanningUnavailable } from './planning-limits.ts';
import { compileProjection, type DeferredPart, type ObjectOutput } from './projection.ts';
import { selectsPath } from './selected-paths.ts';
import { slotOf } from './shape.ts';
import { type CompiledPlan, compilePlan } from './steps.ts';
import { type StreamedLists, streamedLists, withoutStreams } from './streamed-lists.ts';
import type { CompiledSupergraph } from './supergraph.ts';
import { withheldSelections, withoutSelections } from './withheld-fields.ts';

/** What a variable of the plan stands for in the operation that the client wrote. */
export interface ClientInput {
  /** The client's name for it; undefined for a literal. */
  readonly variable: string | undefined;
  readonly node: ASTNode;
}

/** An operation whose conditions are evaluated, compiled from plan to response. */
export interface Variant {
  readonly kind: 'variant';
  readonly plan: CompiledPlan;
  readonly output: ObjectOutput;
  readonly streams: StreamedLists;
  readonly names: PlanningNames;
  /** The text of a variable of the plan; undefined when it is not given. */
  variableText(name: string, variables: Variables): string | undefined;
  /** What a variable of the plan stands for in the client's operation. */
  inputOf(name: string): ClientInput | undefined;
  /**
   * Whether the client selects the field at a path of the response, whatever the types of the objects on the
   * path.
   */
  selects(path: ResponsePath): boolean;
  readonly introspection: IntrospectionPart | undefined;
  readonly batchedDocuments: Map<string, BatchedDocument>;
  readonly size: TypicalSize;
  outline(): PlanOutline;
}

/** The data that a variant is made from. */
export interface VariantInput
  extends Pick<PreparedOperation, 'operationName' | 'internalNames' | 'withheld'> {
  /** Valid, and without @skip, @include and conditions of @defer and @stream. */
  readonly document: DocumentNode;
  /** Labels of progressive overrides that are active. */
  readonly overrides: readonly string[];
}

export async function compileVariant(
  supergraph: CompiledSupergraph,
  { document: given, operationName, internalNames, withheld: fields, overrides }: VariantInput,
): Promise<Variant | PreparationFailure> {
  const { document, labels } = labelDefers(given);
  const operation = document.definitions.find(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName,
  ) as OperationDefinitionNode;
  const { variableDefinitions } = operation;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const { apiSchema: schema, apiTypes, machinery, synthetic, types } = supergraph;
  const withheld = withheldSelections(document, schema, fields);
  const names = createPlanningNames(document, machinery);
  const fetched = withoutEmptySets(withoutStreams(withoutSelections(document, withheld)));
  const named = withPlanningNames(fetched, names);
  const { document: planned, values, defaults } = withoutLiterals(named, operationName, schema);
  try {
    const { planner, requiring, onDeferDropped: onDropped } = supergraph;
    const asked = { planner, requiring, operationName, overrides, onDropped };
    const queryPlan =
      labels.size > 0
        ? await planInParts({ ...asked, document: planned })
        : await planner.plan(planned, overrides);
    const plan = compilePlan(queryPlan, { operationName, types, synthetic, defaults });
    const isReached = (field: FieldNode): boolean =>
      withheld.has(field) || plan.shape.slots.has(names.nameOf(field));
    if (!reachesAllRoots(operation, isReached)) return unplannable();
    const parts = new Map<string, DeferredPart>(
      plan.deferred.map(({ label }, index) => [
        label,
        { part: index + 1, label: labels.get(label) },
      ]),
    );
    const streams = streamedLists({ operation, fragments, names, plan });
    const projected = { schema, types: apiTypes, fragments, names, withheld, internalNames };
    const input = { ...projected, parts, streams };
    const output = compileProjection(input, operation, plan.shape);
    return {
      kind: 'variant',
      plan,
      output,
      streams,
      names,
      variableText: function textOf(name, variables): string | undefined {
        const literal = values.get(name);
        return literal
          ? literalText(literal, (inner) => textOf(inner, variables))
          : variableText(variables, names.clientVariable(name), variableDefinitions, schema);
      },
      inputOf(name) {
        const literal = values.get(name);
        if (literal) return { variable: undefined, node: literal };
        const variable = names.clientVariable(name);
        const node = variableDefinitions?.find((each) => each.variable.name.value === variable);
        return node && { variable, node };
      },
      selects: (path) =>
        !path.some((name) => internalNames?.has(String(name))) &&
        selectsPath(path, operation, fragments),
      introspection: introspectionPart(operation, fragments, (field) =>
        slotOf(plan.shape, names.nameOf(field)),
      ),
      batchedDocuments: new Map(),
      size: createTypicalSize(),
      outline: () => outlineOf(plan, names, labels),
    };
  } catch (error) {
    // The planner has assertions of its own, which an inconsistent supergraph can violate.
    return givenUp(error) ?? unplannable(error);
  }
}

/** Why the planning threads did not finish; undefined when they did. */
export function givenUp(error: unknown): PreparationFailure | undefined {
  if (error instanceof PlanningLimit) return tooHardToPlan(error);
  return error instanceof PlanningUnavailable ? notNow(error) : undefined;
}

const tooHardToPlan = (cause: PlanningLimit): PreparationFailure => ({
  kind: 'failed',
  errors: [
    new GraphQLError(cause.message, {
      extensions: { code: 'PLANNING_LIMIT', limit: 'planningMs' },
    }),
  ],
  cause,
});

const notNow = (cause: PlanningUnavailable): PreparationFailure => ({
  kind: 'failed',
  errors: [requestError('SERVICE_UNAVAILABLE', cause.message)],
  isTransient: true,
  cause,
});

function unplannable(cause?: unknown): PreparationFailure {
  const message =
    cause instanceof GraphQLError
      ? cause.message
      : 'There is no way to get all of this operation from the subgraphs.';
  return { kind: 'failed', errors: [requestError('OPERATION_NOT_PLANNABLE', message)], cause };
}

/** The planner skips root fields that it cannot reach; they must not silently be null. */
const reachesAllRoots = (
  operation: OperationDefinitionNode,
  isReached: (field: FieldNode) => boolean,
): boolean =>
  operation.selectionSet.selections.every(
    (selection) =>
      selection.kind !== Kind.FIELD ||
      selection.name.value.startsWith('__') ||
      isReached(selection),
  );

/**
 * How much an operation usually reads from subgraphs, learnt from its executions. Large operations give way
 * to small ones: for each kilobyte that it reads, an operation is ranked as if it had come one request later.
 * Among equals the oldest goes first, and since ranks grow with every request, large operations wait longer
 * but never forever.
 */
export interface TypicalSize {
  /** By how many requests the operation is ranked lower. */
  readonly handicap: number;
  add(characters: number): void;
}

const MOST_HANDICAP = 200;
/** Weight of the latest execution. */
const RECENT = 1 / 8;

export function createTypicalSize(): TypicalSize {
  let kilobytes = 0;
  return {
    get handicap() {
      return Math.min(MOST_HANDICAP, kilobytes);
    },
    add(characters) {
      const latest = characters / 1_024;
      kilobytes = kilobytes === 0 ? latest : kilobytes + (latest - kilobytes) * RECENT;
    },
  };
}
