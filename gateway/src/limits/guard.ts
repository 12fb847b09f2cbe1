import { DomainError } from '@souk/runtime/domain';
import { assertStorableLiterals, assertStorableVariables } from '@souk/runtime/graphql';
import type { Logger } from '@souk/runtime/process';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { CostRules } from './cost-rules.ts';
import { DEFAULT_OPERATION_LIMITS, MAX_REPORTED_ERRORS, type OperationLimits } from './limits.ts';
import { compileCost } from './operation-cost.ts';
import { shapeOf } from './operation-shape.ts';
import {
  noPersistedOperations,
  type PersistedOperations,
} from './persisted/persisted-operations.ts';
import { refusal } from './refusal.ts';
import { shapeProblems } from './shape-rules.ts';

export interface GuardOptions {
  limits?: Partial<OperationLimits>;
  /** Root fields of which one request may use at most one in total, e.g. `login`. */
  onlyOnce?: readonly string[];
  /** Log what would be refused and let it through. */
  measureOnly?: boolean;
  /** Ids in place of texts, and which texts may run. Default: any text, no ids. */
  persisted?: PersistedOperations;
  logger: Logger;
}

/** The one set of rules for every transport: what an operation must satisfy before it is executed. */
export interface OperationGuard {
  readonly limits: OperationLimits;
  /** Consulted before a document is parsed, by every transport. */
  readonly persisted: PersistedOperations;
  /** Parses and measures a document; these checks do not need the schema. */
  parse(query: string): DocumentNode | readonly GraphQLError[];
  /** How the variables of a valid operation are checked. */
  variablesOf(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    schema: GraphQLSchema,
    rules: CostRules,
  ): CheckVariables;
}

/** What is wrong with an operation's variables, and what it may cost with them. */
export type CheckVariables = (variables: Readonly<Record<string, unknown>>) => {
  readonly problems: readonly GraphQLError[];
  readonly cost: number;
};

/** Levels of lists and objects in the variables; later steps walk them recursively. */
const MAX_VARIABLE_DEPTH = 32;

export function createOperationGuard(options: GuardOptions): OperationGuard {
  const { measureOnly = false, persisted = noPersistedOperations(), logger } = options;
  const limits: OperationLimits = { ...DEFAULT_OPERATION_LIMITS, ...options.limits };
  const onlyOnce = new Set(options.onlyOnce);

  const enforced = (problems: readonly GraphQLError[]): readonly GraphQLError[] => {
    if (!measureOnly || problems.length === 0) return problems.slice(0, MAX_REPORTED_ERRORS);
    const exceeded = problems.map(({ message, extensions }) => ({
      message,
      limit: extensions.limit,
    }));
    logger.warn({ exceeded }, 'an operation exceeds the limits; it was let through');
    return [];
  };

  const parsed = (query: string): DocumentNode | GraphQLError => {
    try {
      return parse(query, measureOnly ? {} : { maxTokens: limits.tokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const { message } = error;
      const limit = message.includes('tokens') ? { limit: 'tokens' } : {};
      return refusal(message, { code: 'GRAPHQL_PARSE_FAILED', at: error, ...limit });
    }
  };

  const variablesOf: OperationGuard['variablesOf'] = (document, operation, schema, rules) => {
    const largestPage = limits.pageSize;
    const costOf = compileCost({ schema, rules, document, operation, largestPage });
    const isLive = operation.operation === OperationTypeNode.SUBSCRIPTION;
    const limit = isLive ? 'eventCost' : 'cost';
    return (variables) => {
      if (isDeeperThan(variables, MAX_VARIABLE_DEPTH)) return { problems: [tooDeep()], cost: 0 };
      const unstorable = textProblem(() => assertStorableVariables(variables));
      if (unstorable.length > 0) return { problems: unstorable, cost: 0 };
      const { cost, pages, unsliced } = costOf(variables);
      const problems = pages.map(({ argument, value }) =>
        refusal(`\`${argument}\` must be from 0 to ${largestPage}, not ${value}.`, {
          code: 'BAD_USER_INPUT',
          limit: 'pageSize',
        }),
      );
      for (const [field, anyOf] of unsliced) {
        const message = `\`${field}\` needs exactly one of these to say how many: ${anyOf.join(', ')}.`;
        problems.push(refusal(message, { code: 'BAD_USER_INPUT', limit: 'slicingArguments' }));
      }
      if (cost > limits[limit]) {
        const what = isLive ? 'Each event' : 'The operation';
        const message = `${what} may cost up to ${cost}, more than ${limits[limit]}: ask for fewer or shorter lists.`;
        problems.push(refusal(message, { code: 'COST_LIMIT', limit }));
      }
      return { problems: enforced(problems), cost };
    };
  };

  return {
    limits,
    persisted,
    parse: (query) => {
      const notListed = persisted.problemOf(query);
      if (notListed) return [notListed];
      const document = parsed(query);
      if (document instanceof GraphQLError) return [document];
      const problems = document.definitions.flatMap((definition) =>
        definition.kind === Kind.OPERATION_DEFINITION
          ? shapeProblems(shapeOf(definition, document), definition, limits, onlyOnce)
          : [],
      );
      const unstorable = textProblem(() => assertStorableLiterals(document));
      const refused = [...enforced(problems), ...unstorable];
      if (refused.length > 0) return refused;
      persisted.seen(query, document);
      return document;
    },
    variablesOf,
  };
}

const tooDeep = () =>
  refusal(`The variables are nested more than ${MAX_VARIABLE_DEPTH} levels deep.`, {
    code: 'BAD_USER_INPUT',
    limit: 'variableDepth',
  });

/** Text that no database can store is refused here, whatever field it is for. */
function textProblem(check: () => void): GraphQLError[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [refusal(error.message, { code: error.code })];
  }
}

/** Whether a value nests lists and objects deeper than allowed; the check itself goes no deeper than that. */
function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((item) => isDeeperThan(item, limit - 1));
}
