import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import { requestError } from '../errors.ts';
import type { PreparationFailure, PreparedOperation } from '../types.ts';
import { documentOf } from './chosen-operation.ts';
import {
  type Conditions,
  conditionVariables,
  resolveConditions,
  withoutConditions,
} from './conditions.ts';
import { FiniteFloatsRule } from './finite-floats-rule.ts';
import { PlanningLimit } from './planner.ts';
import type { LoadedSupergraph } from './supergraph.ts';
import { compileVariant, type Variant } from './variant.ts';

/** A prepared operation with what only the engine needs to know of it. */
export interface CompiledOperation extends PreparedOperation {
  readonly hasConditions: boolean;
  /** The operation with its conditions decided by coerced variables; planned when first asked for. */
  variantFor(
    values: Conditions,
  ): Variant | PreparationFailure | Promise<Variant | PreparationFailure>;
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
) => Promise<CompiledOperation | PreparationFailure>;

/** Operations that were too hard to plan, so that none is tried over and over. */
const MOST_REMEMBERED_FAILURES = 1_000;

/**
 * Operations are kept; refusals are not, so that nonsense cannot push them out. Identical operations
 * that come at once are prepared once.
 */
export function createPrepare(supergraph: LoadedSupergraph, options: PrepareOptions): Prepare {
  const rules = [...specifiedRules, FiniteFloatsRule, ...options.validationRules];
  if (!options.introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const prepared: BoundedCache<string, CompiledOperation> = createBoundedCache(options.cacheSize);
  const tooHard = createBoundedCache<string, PreparationFailure>(MOST_REMEMBERED_FAILURES);
  const inPreparation = new Map<string, ReturnType<Prepare>>();
  let lastId = 0;

  const compile = async (
    text: string,
    operationName: string | undefined,
  ): Promise<CompiledOperation> => {
    const document = parseDocument(text, options.maxTokens);
    const errors = validate(supergraph.apiSchema, document, rules, { maxErrors: 5 });
    if (errors.length > 0) throw refusedFor(errors.map(asValidationError));
    const operation = selectOperation(document, operationName);
    lastId += 1;
    // Fragments of other operations use variables that this one does not have.
    const own = documentOf(document, operation);
    const compiled = compileOperation(supergraph, lastId, own, operation);
    if (!compiled.hasConditions) {
      const variant = await compiled.variantFor({});
      if (variant.kind === 'failed') throw new Refused(variant);
    }
    return compiled;
  };

  const attempt = async (
    key: string,
    text: string,
    operationName: string | undefined,
  ): Promise<CompiledOperation | PreparationFailure> => {
    try {
      const operation = await compile(text, operationName);
      prepared.set(key, operation);
      return operation;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const { failure } = error;
      if (failure.cause instanceof PlanningLimit) tooHard.set(key, failure);
      return failure;
    } finally {
      inPreparation.delete(key);
    }
  };

  return async (document, operationName) => {
    const text = typeof document === 'string' ? document : print(document);
    const key = operationName ? `${operationName}\n${text}` : text;
    const known = prepared.get(key) ?? tooHard.get(key) ?? inPreparation.get(key);
    if (known) return known;
    const attempted = attempt(key, text, operationName);
    inPreparation.set(key, attempted);
    return attempted;
  };
}

/** Ends a preparation; never leaves this file. */
class Refused extends Error {
  readonly failure: PreparationFailure;
  constructor(failure: PreparationFailure) {
    super(failure.errors[0]?.message);
    this.failure = failure;
  }
}

const refusedFor = (errors: readonly GraphQLError[]) => new Refused({ kind: 'failed', errors });

function parseDocument(text: string, maxTokens: number | undefined): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw refusedFor([requestError('GRAPHQL_PARSE_FAILED', error.message, error)]);
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
  throw refusedFor([requestError('OPERATION_RESOLUTION_FAILURE', message)]);
}

const NO_OVERRIDES: readonly string[] = [];

/** The same number from 0 to 100 for the same text, and any number alike for different ones. */
const percentOf = (text: string): number =>
  (createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32) * 100;

/** An operation with n condition variables has up to 2^n variants. */
const MOST_VARIANTS = 64;

function compileOperation(
  supergraph: LoadedSupergraph,
  id: number,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledOperation {
  const operationName = operation.name?.value;
  const conditionNames = conditionVariables(document);
  const variants = createBoundedCache<string, Variant | PreparationFailure>(MOST_VARIANTS);
  const inCompilation = new Map<string, Promise<Variant | PreparationFailure>>();
  const { overrideLabels } = supergraph;
  const labels = overrideLabels.in(document);
  // A stream keeps to one side of a percentage: its events belong to the upstream that it opened.
  const ownDraw =
    operation.operation === OperationTypeNode.SUBSCRIPTION ? percentOf(print(document)) : null;
  const attempt = async (key: string, values: Conditions, overrides: readonly string[]) => {
    const resolved = resolveConditions(document, values);
    const variant = await compileVariant(supergraph, resolved, operationName, overrides);
    const isWorthKeeping = variant.kind === 'variant' || variant.cause instanceof PlanningLimit;
    if (isWorthKeeping) variants.set(key, variant);
    inCompilation.delete(key);
    return variant;
  };
  const variantFor: CompiledOperation['variantFor'] = (values) => {
    const overrides =
      labels.length === 0
        ? NO_OVERRIDES
        : overrideLabels.holding(labels, ownDraw ?? 100 * Math.random());
    const conditions = conditionNames.map((name) => (values[name] === true ? '1' : '0'));
    const key = conditions.join('') + overrides.join();
    const known = variants.get(key) ?? inCompilation.get(key);
    if (known) return known;
    const attempted = attempt(key, values, overrides);
    inCompilation.set(key, attempted);
    return attempted;
  };
  return {
    kind: 'prepared',
    id,
    document,
    operation,
    operationType: operation.operation,
    operationName,
    explain: async () => {
      const fullest = withoutConditions(document);
      const variant = await compileVariant(supergraph, fullest, operationName, NO_OVERRIDES);
      return variant.kind === 'variant' ? variant.explain() : '';
    },
    hasConditions: conditionNames.length > 0,
    variantFor,
  };
}
