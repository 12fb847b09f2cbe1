import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';

/**
 * The context of one client request in the engine. The engine reads only these fields and passes the whole
 * object to the transport, so a gateway extends it with its viewer, headers, etc.
 */
export interface ExecutionContext {
  readonly requestId: string;
  /** Milliseconds since the epoch after which nobody waits for the answer any more. */
  readonly deadlineAt?: number;
  /** Aborted when the client disconnects. */
  readonly signal?: AbortSignal;
  /**
   * Identical queries in flight whose contexts have the same key share one execution. The key must identify
   * everything in the context that can change an answer (usually the viewer's session); a request without a
   * key shares with none.
   */
  readonly sharingKey?: string;
  /** The `extensions` of the answer, besides those of the engine. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /**
   * Called when a subgraph returns null for an entity that another one refers to, once for each type by which
   * it was requested. That may be an interface, when only a third subgraph knows the entity's own type.
   */
  readonly onMissingEntity?: (typeName: string) => void;
  /** Called whenever a subgraph is about to be asked: from then on the result may depend on the viewer. */
  readonly onFetch?: () => void;
}

/** One GraphQL request to one subgraph. */
export interface FetchRequest<Context extends ExecutionContext = ExecutionContext> {
  readonly subgraph: string;
  readonly query: string;
  readonly operationName?: string;
  readonly operationType: OperationTypeNode;
  /** The JSON text of the variables object; undefined when the operation has none. */
  readonly variablesText?: string;
  /** The whole request as the JSON body of a POST. */
  readonly bodyText: string;
  readonly context: Context;
}

/**
 * A subgraph's answer: either the JSON text of the whole response, which the engine reads without parsing
 * values that nobody inspects, or its parts as plain values.
 */
export type SubgraphResponse =
  | {
      readonly text: string;
      /** The text is known to have no control characters, which is cheaper to find out from the bytes. */
      readonly hasNoControls?: boolean;
    }
  | {
      readonly data?: Record<string, unknown> | null;
      readonly errors?: readonly GraphQLFormattedError[];
      readonly extensions?: Record<string, unknown>;
    };

/** How requests reach subgraphs: over HTTP, in the same process, or a test's own way. */
export interface SubgraphTransport<Context extends ExecutionContext = ExecutionContext> {
  /** Rejects with a SubgraphFault when no GraphQL response was obtained. */
  execute(request: FetchRequest<Context>, signal?: AbortSignal): Promise<SubgraphResponse>;
  /** Like `execute`, without a promise; preferred where it exists. */
  send?(
    request: FetchRequest<Context>,
    signal: AbortSignal | undefined,
    receiver: AnswerReceiver,
  ): void;
  subscribe?(
    request: FetchRequest<Context>,
    signal: AbortSignal,
  ): Promise<AsyncIterableIterator<SubgraphResponse>>;
}

/** Called once with the outcome of a request to a subgraph. */
export interface AnswerReceiver {
  answered(response: SubgraphResponse): void;
  failed(error: unknown): void;
}
