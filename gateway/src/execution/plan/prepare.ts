import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  print,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import { requestError } from '../errors.ts';
import type { LoadedSupergraph } from '../supergraph.ts';
import type { PreparationFailure, PreparedOperation } from '../types.ts';
import {
  type Conditions,
  conditionVariables,
  resolveConditions,
  withoutConditions,
} from './conditions.ts';
import { compileVariant, type Variant } from './variant.ts';

/** A prepared operation with what only the engine needs to know of it. */
export interface CompiledOperation extends PreparedOperation {
  readonly hasConditions: boolean;
  /** The operation with its conditions decided by coerced variables. */
  variantFor(values: Conditions): Variant | PreparationFailure;
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
    lastId += 1;
    const compiled = compileOperation(supergraph, lastId, document, operation);
    if (!compiled.hasConditions) {
      const variant = compiled.variantFor({});
      if (variant.kind === 'failed') throw new Refused(variant.errors);
    }
    return compiled;
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
  const variants = createBoundedCache<string, Variant>(MOST_VARIANTS);
  const variantFor = (values: Conditions): Variant | PreparationFailure => {
    const key = conditionNames.map((name) => (values[name] === true ? '1' : '0')).join('');
    const known = variants.get(key);
    if (known) return known;
    const resolved = resolveConditions(document, values);
    const variant = compileVariant(supergraph, resolved, operationName);
    if (variant.kind === 'variant') variants.set(key, variant);
    return variant;
  };
  const fullest = lazily(() => {
    const all = withoutConditions(document);
    const variant = compileVariant(supergraph, all, operationName);
    return variant.kind === 'variant' ? variant : undefined;
  });
  return {
    kind: 'prepared',
    id,
    document,
    operation,
    operationType: operation.operation,
    operationName,
    get subgraphs() {
      return fullest()?.subgraphs ?? [];
    },
    explain: () => fullest()?.explain() ?? '',
    hasConditions: conditionNames.length > 0,
    variantFor,
  };
}

function lazily<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
