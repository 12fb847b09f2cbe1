import type { DocumentNode, GraphQLScalarType, ValidationRule } from 'graphql';
import type { PlanCache } from './plan-cache.ts';
import type { ExecutionContext, SubgraphTransport } from './transport.ts';

/** Checks of the values that clients pass for custom scalars, by the scalars' names. */
export type ScalarChecks = Readonly<Record<string, GraphQLScalarType>>;

export interface EngineOptions<Context extends ExecutionContext = ExecutionContext> {
  /** The composed supergraph, including its join directives. */
  readonly supergraphSdl: string;
  /** The same as it is read, where somebody has done that already. */
  readonly supergraph?: DocumentNode;
  readonly transport: SubgraphTransport<Context>;
  /** Identical queries in flight with equal sharing keys share one execution. Default true. */
  readonly shareInFlight?: boolean;
  /** Called for each query that may share an execution in flight, with whether it does. */
  readonly onSharing?: (isShared: boolean) => void;
  /** Parsed, planned and compiled operations kept, least recently used dropped. Default 1,000. */
  readonly operationCacheSize?: number;
  /** Milliseconds for planning one operation. Default 2,000. */
  readonly planningMs?: number;
  /**
   * Plans made for earlier supergraphs, to which those for this one are added: a plan that depends only on
   * parts that are the same in both is not made again. Default: a cache of its own.
   */
  readonly plans?: PlanCache;
  /** Labels of `@override(label:)` that are active, besides `percent(n)`, which is drawn. Default none. */
  readonly overrideLabels?: readonly string[];
  /** Longest accepted document, in tokens. Default unlimited. */
  readonly maxTokens?: number;
  /**
   * What clients may pass for custom scalars, by name: values that these checks refuse are refused before
   * anything runs, with their place. Default: anything that subgraphs accept.
   */
  readonly scalars?: ScalarChecks;
  /** Checked in addition to the specification's rules, before planning. */
  readonly validationRules?: readonly ValidationRule[];
  /** Answer __schema and __type, and suggest names for misspelled ones. Default true. */
  readonly introspection?: boolean;
  /** `extensions.code` values of subgraphs that clients may see; others become SUBGRAPH_ERROR. */
  readonly exposedErrorCodes?: ReadonlySet<string> | ((code: string) => boolean);
  /** Hide messages of subgraph errors whose code is not exposed. Default true. */
  readonly maskErrors?: boolean;
  /** Errors kept in one answer. Default 50. */
  readonly maxErrors?: number;
  /** Called with faults of which the client only sees a code. */
  readonly onSubgraphFault?: (fault: SubgraphFaultReport<Context>) => void;
  /**
   * Called once for each plan in which something that a client has deferred comes with the rest of the
   * answer, since there is no plan otherwise.
   */
  readonly onDeferDropped?: (dropped: DeferDropped) => void;
  /** Called when the engine itself fails, which the client sees as INTERNAL_SERVER_ERROR. */
  readonly onEngineFault?: (error: unknown, context: Context) => void;
}

export interface SubgraphFaultReport<Context extends ExecutionContext = ExecutionContext> {
  readonly subgraph: string;
  readonly error: unknown;
  readonly context: Context;
}

/**
 * What comes with the rest of an answer although its client has deferred it: either fragments with fields
 * that have @requires, or all of them; and why.
 */
export interface DeferDropped {
  readonly what: 'requires' | 'all';
  readonly operationName: string | undefined;
  readonly cause: unknown;
}
