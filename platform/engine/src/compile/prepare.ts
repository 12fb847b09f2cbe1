import {
  type DocumentNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  OverlappingFieldsCanBeMergedRule,
  parse,
  specifiedRules,
  type ValidationRule,
} from 'graphql';
import { type BoundedCache, createBoundedCache } from '../bounded-cache.ts';
import { requestError, withoutSuggestion } from '../errors.ts';
import type { PreparationFailure, PrepareOptions } from '../operation.ts';
import { documentOf } from './chosen-operation.ts';
import { type CompiledOperation, compileOperation } from './compiled-operation.ts';
import { FiniteFloatsRule } from './finite-floats-rule.ts';
import { IncrementalRule } from './incremental-rule.ts';
import { createMergeCheck } from './merge-check.ts';
import { StreamRule } from './stream-rule.ts';
import type { CompiledSupergraph } from './supergraph.ts';
import { UnconditionalSubscriptionsRule } from './unconditional-subscriptions-rule.ts';
import { UsableVariablesRule } from './usable-variables-rule.ts';
import { validateDocument } from './validate-document.ts';

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
