import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  OverlappingFieldsCanBeMergedRule,
  parse,
  print,
  specifiedRules,
  type ValidationRule,
} from 'graphql';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import { requestError, withoutSuggestion } from '../errors.ts';
import type {
  PreparationFailure,
  PreparedOperation,
  PrepareOptions,
  WithheldFields,
} from '../operation.ts';
import { documentOf } from './chosen-operation.ts';
import {
  type Conditions,
  conditionVariables,
  type Delivery,
  mayComeInParts,
  resolveConditions,
  withoutConditions,
} from './conditions.ts';
import { FiniteFloatsRule } from './finite-floats-rule.ts';
import { IncrementalRule } from './incremental-rule.ts';
import { createMergeCheck, type MergeCheck } from './merge-check.ts';
import { PlanningLimit } from './planning-limits.ts';
import { StreamRule } from './stream-rule.ts';
import { initialCountVariables } from './streamed-lists.ts';
import type { CompiledSupergraph } from './supergraph.ts';
import { UnconditionalSubscriptionsRule } from './unconditional-subscriptions-rule.ts';
import { UsableVariablesRule } from './usable-variables-rule.ts';
import { validateDocument } from './validate-document.ts';
import { compileVariant, type Variant } from './variant.ts';

/** A prepared operation, with what only the engine needs to know about it. */
export interface CompiledOperation extends PreparedOperation {
  /** Names of the variables that set the initial count of streamed lists. */
  readonly initialCounts: readonly string[];
  /** The operation with its conditions evaluated for coerced variables; planned when first asked for. */
  variantFor(
    values: Conditions,
    /** In parts if anything is deferred; whole by default. */
    delivery?: Delivery,
  ): Variant | PreparationFailure | Promise<Variant | PreparationFailure>;
}

export interface PreparationRules {
  readonly maxTokens: number | undefined;
  readonly validationRules: readonly ValidationRule[];
  readonly introspection: boolean;
  readonly cacheSize: number;
}

export type Prepare = (
  text: string,
  operationName?: string,
  options?: PrepareOptions,
) => CompiledOperation | PreparationFailure;

/**
 * Operations are kept; refusals are not, so that invalid requests cannot displace operations. The exception
 * are operations whose fields cannot be merged: finding that out costs as much as preparing an operation, and
 * is not repeated.
 */
export function createPrepare(supergraph: CompiledSupergraph, given: PreparationRules): Prepare {
  const rules = [
    // Comes before the rule that throws when this one would have found nothing wrong.
    UnconditionalSubscriptionsRule,
    ...specifiedRules.filter((rule) => rule !== OverlappingFieldsCanBeMergedRule),
    FiniteFloatsRule,
    UsableVariablesRule,
    IncrementalRule,
    StreamRule,
    ...given.validationRules,
  ];
  if (!given.introspection) rules.push(NoSchemaIntrospectionCustomRule);
  const prepared: BoundedCache<string, CompiledOperation> = createBoundedCache(given.cacheSize);
  let lastId = 0;
  const nextId = () => {
    lastId += 1;
    return lastId;
  };

  const compile = (
    text: string,
    operationName: string | undefined,
    { document: parsed, internalNames }: PrepareOptions,
  ): CompiledOperation => {
    const document = parsed ?? parseDocument(text, given.maxTokens);
    const errors = validateDocument(supergraph.apiSchema, document, rules, MOST_ERRORS);
    if (errors.length > 0) {
      const problems = errors.map(asValidationError);
      throw refusedFor(given.introspection ? problems : problems.map(withoutSuggestion));
    }
    const operation = selectOperation(document, operationName);
    // Fragments of other operations use variables that this one does not have.
    const own = documentOf(document, operation);
    const mergeCheck = createMergeCheck(supergraph, text, document);
    const source = { document: own, operation, internalNames, withheld: undefined, mergeCheck };
    return compileOperation(supergraph, source, nextId);
  };

  return (text, operationName, options = {}) => {
    const key = keyOf(text, operationName, options.internalNames);
    const known = prepared.get(key);
    if (known) return known;
    try {
      const operation = compile(text, operationName, options);
      prepared.set(key, operation);
      return operation;
    } catch (error) {
      if (error instanceof Refused) return error.failure;
      throw error;
    }
  };
}

/** The key depends on the internal names as well, since they change what a client is sent. */
function keyOf(
  text: string,
  operationName = '',
  internalNames: ReadonlySet<string> = NO_INTERNAL_NAMES,
): string {
  return `${operationName}\n${[...internalNames].sort().join()}\n${text}`;
}

const NO_INTERNAL_NAMES: ReadonlySet<string> = new Set();

const MOST_ERRORS = 4;

/** Ends a preparation; caught within this file. */
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

/** The same number from 0 to 100 for the same text, evenly distributed over different texts. */
const percentOf = (text: string): number =>
  (createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32) * 100;

/** A missing value is false to @skip and @include, and true to @defer and @stream. */
const conditionKey = (value: unknown): string =>
  value === undefined ? '-' : value === true ? '1' : '0';

/** An operation with n condition variables has up to 2^n variants. */
const MOST_VARIANTS = 64;
/**
 * How many combinations of withheld fields are kept for one operation, from viewers with different rights.
 */
const MOST_WITHHOLDINGS = 64;

interface OperationSource extends Pick<PreparedOperation, 'document' | 'operation'> {
  readonly internalNames: ReadonlySet<string> | undefined;
  readonly withheld: WithheldFields | undefined;
  readonly mergeCheck: MergeCheck;
}

function compileOperation(
  supergraph: CompiledSupergraph,
  source: OperationSource,
  nextId: () => number,
): CompiledOperation {
  const { document, operation, internalNames, withheld, mergeCheck } = source;
  const operationName = operation.name?.value;
  const conditionNames = conditionVariables(document);
  const variants = createBoundedCache<string, Variant | PreparationFailure>(MOST_VARIANTS);
  const inCompilation = new Map<string, Promise<Variant | PreparationFailure>>();
  const { overrideLabels } = supergraph;
  const labels = overrideLabels.in(document);
  // A stream stays on one side of a percentage, since its events belong to the upstream that it opened.
  const ownDraw =
    operation.operation === OperationTypeNode.SUBSCRIPTION ? percentOf(print(document)) : null;
  const compiled = async (resolved: DocumentNode, overrides: readonly string[]) => {
    const variant = compileVariant(supergraph, {
      document: resolved,
      operationName,
      internalNames,
      withheld,
      overrides,
    });
    // Both are under way by now. If fields conflict, other errors of the operation do not matter.
    variant.catch(() => {});
    return (await mergeCheck()) ?? variant;
  };
  const defers = mayComeInParts(document);
  const attempt = async (
    key: string,
    values: Conditions,
    delivery: Delivery,
    overrides: readonly string[],
  ) => {
    try {
      const variant = await compiled(resolveConditions(document, values, delivery), overrides);
      const isWorthKeeping =
        variant.kind === 'variant' ||
        variant.cause === undefined ||
        variant.cause instanceof PlanningLimit;
      if (isWorthKeeping) variants.set(key, variant);
      return variant;
    } finally {
      inCompilation.delete(key);
    }
  };
  const variantFor: CompiledOperation['variantFor'] = (values, asked = 'whole') => {
    const delivery = defers ? asked : 'whole';
    const overrides =
      labels.length === 0
        ? NO_OVERRIDES
        : overrideLabels.holding(labels, ownDraw ?? 100 * Math.random());
    const conditions = conditionNames.map((name) => conditionKey(values[name]));
    const key = `${delivery} ${conditions.join('')}${overrides.join()}`;
    const known = variants.get(key) ?? inCompilation.get(key);
    if (known) return known;
    const attempted = attempt(key, values, delivery, overrides);
    inCompilation.set(key, attempted);
    return attempted;
  };
  const withholdings = createBoundedCache<string, CompiledOperation>(MOST_WITHHOLDINGS);
  return {
    kind: 'prepared',
    id: nextId(),
    document,
    operation,
    operationType: operation.operation,
    operationName,
    internalNames,
    withheld,
    get isPlanned() {
      return variants.size > 0;
    },
    withholding: (fields) => {
      const known = withholdings.get(fields.key);
      if (known) return known;
      const own = compileOperation(supergraph, { ...source, withheld: fields }, nextId);
      withholdings.set(fields.key, own);
      return own;
    },
    defers,
    initialCounts: initialCountVariables(document),
    planAhead: async () => {
      if (conditionNames.length > 0) return mergeCheck();
      // A client that defers usually accepts parts: the whole answer is planned when one does not.
      const variant = await variantFor({}, 'in parts');
      return variant.kind === 'failed' ? variant : null;
    },
    outline: async () => {
      const fullest = withoutConditions(document);
      const variant =
        conditionNames.length > 0
          ? await compiled(fullest, NO_OVERRIDES)
          : await variantFor({}, 'in parts');
      return variant.kind === 'variant' ? variant.outline() : null;
    },
    variantFor,
  };
}
