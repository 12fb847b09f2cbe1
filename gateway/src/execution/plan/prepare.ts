import { prettyFormatQueryPlan, type QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  print,
  specifiedRules,
  type ValidationRule,
  validate,
  visit,
} from 'graphql';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import { requestError } from '../errors.ts';
import { introspectionPart } from '../introspection.ts';
import type { JointDocument } from '../requests/joint-document.ts';
import { compileProjection, type ObjectOutput } from '../response/projection.ts';
import type { LoadedSupergraph } from '../supergraph.ts';
import type { PreparationFailure, PreparedOperation } from '../types.ts';
import { withoutReservedVariables } from './reserved-variables.ts';
import { type CompiledPlan, compilePlan } from './steps.ts';

/** A prepared operation with what only the engine needs to know of it. */
export interface CompiledOperation extends PreparedOperation {
  readonly plan: CompiledPlan;
  readonly introspection: DocumentNode | undefined;
  readonly jointDocuments: Map<string, JointDocument>;
  /** How the response is written, which depends on the variables of @skip and @include. */
  outputFor(conditions: Readonly<Record<string, unknown>>): ObjectOutput;
}

export interface PrepareOptions {
  readonly maxTokens: number | undefined;
  readonly validationRules: readonly ValidationRule[];
  readonly introspection: boolean;
  readonly cacheSize: number;
}

export type Prepare = (
  document: string | DocumentNode,
  operationName?: string,
) => CompiledOperation | PreparationFailure;

/** Operations are kept; refusals are not, so that nonsense cannot push them out. */
export function createPrepare(supergraph: LoadedSupergraph, options: PrepareOptions): Prepare {
  const rules = [...specifiedRules, ...options.validationRules];
  if (!options.introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const prepared: BoundedCache<string, CompiledOperation> = createBoundedCache(options.cacheSize);
  let lastId = 0;

  const compile = (text: string, operationName: string | undefined): CompiledOperation => {
    const document = parseDocument(text, options.maxTokens);
    const errors = validate(supergraph.apiSchema, document, rules, { maxErrors: 5 });
    if (errors.length > 0) throw new Refused(errors.map(asValidationError));
    const operation = selectOperation(document, operationName);
    const plan = planOperation(supergraph, document, operation);
    lastId += 1;
    return compileOperation(supergraph, { id: lastId, document, operation, plan });
  };

  return (document, operationName) => {
    const text = typeof document === 'string' ? document : print(document);
    const key = operationName ? `${operationName}\n${text}` : text;
    const known = prepared.get(key);
    if (known) return known;
    try {
      const operation = compile(text, operationName);
      prepared.set(key, operation);
      return operation;
    } catch (error) {
      if (error instanceof Refused) return { kind: 'failed', errors: error.errors };
      throw error;
    }
  };
}

/** Ends a preparation; never leaves this file. */
class Refused extends Error {
  readonly errors: readonly GraphQLError[];
  constructor(errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

function parseDocument(text: string, maxTokens: number | undefined): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new Refused([requestError('GRAPHQL_PARSE_FAILED', error.message, error)]);
  }
}

const asValidationError = (error: GraphQLError): GraphQLError =>
  error.extensions.code ? error : requestError('GRAPHQL_VALIDATION_FAILED', error.message, error);

function selectOperation(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const chosen = operationName
    ? operations.find(({ name }) => name?.value === operationName)
    : operations[0];
  if (chosen && (operationName || operations.length === 1)) return chosen;
  const message = operationName
    ? `Unknown operation named "${operationName}".`
    : 'Must provide operation name if query contains multiple operations.';
  throw new Refused([requestError('OPERATION_RESOLUTION_FAILURE', message)]);
}

function planOperation(
  supergraph: LoadedSupergraph,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): QueryPlan {
  try {
    return supergraph.plan(withoutReservedVariables(document), operation.name?.value);
  } catch (error) {
    if (error instanceof GraphQLError) throw new Refused([asValidationError(error)]);
    // The planner has assertions of its own, which a supergraph with gaps can violate.
    throw new Refused([unplannable()]);
  }
}

const unplannable = (): GraphQLError =>
  requestError('OPERATION_NOT_PLANNABLE', 'No subgraphs can be found that answer this operation.');

/** The planner passes over root fields that it finds no way to; they must not just be null. */
function assertAnswerable(operation: OperationDefinitionNode, plan: CompiledPlan): void {
  for (const selection of operation.selectionSet.selections) {
    if (selection.kind !== Kind.FIELD || selection.directives?.length) continue;
    if (selection.name.value.startsWith('__')) continue;
    if (!plan.shape.slots.has((selection.alias ?? selection.name).value)) {
      throw new Refused([unplannable()]);
    }
  }
}

interface Planned {
  readonly id: number;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly plan: QueryPlan;
}

function compileOperation(
  supergraph: LoadedSupergraph,
  { id, document, operation, plan: queryPlan }: Planned,
): CompiledOperation {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const plan = compilePlan(queryPlan, {
    operationName: operation.name?.value,
    types: supergraph.types,
    standIns: supergraph.standIns,
  });
  assertAnswerable(operation, plan);
  const conditionNames = conditionVariables(document);
  const outputs = createBoundedCache<string, ObjectOutput>(MOST_CONDITION_SETS);
  return {
    kind: 'prepared',
    id,
    document,
    operation,
    operationType: operation.operation,
    operationName: operation.name?.value,
    subgraphs: [...new Set(plan.fetches.map(({ subgraph }) => subgraph))],
    explain: () => prettyFormatQueryPlan(queryPlan),
    plan,
    introspection: introspectionPart(operation, fragments),
    jointDocuments: new Map(),
    outputFor(conditions) {
      const key = conditionNames.map((name) => (conditions[name] === true ? '1' : '0')).join('');
      let output = outputs.get(key);
      if (!output) {
        const { apiSchema: schema, apiTypes: types } = supergraph;
        const input = { schema, types, fragments, conditions };
        output = compileProjection(input, operation, plan.shape);
        outputs.set(key, output);
      }
      return output;
    },
  };
}

/** An operation with n condition variables has up to 2^n ways to be written. */
const MOST_CONDITION_SETS = 32;

function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    enter(node) {
      if (node.kind !== Kind.DIRECTIVE) return;
      if (node.name.value !== 'skip' && node.name.value !== 'include') return;
      const value = node.arguments?.[0]?.value;
      if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}
