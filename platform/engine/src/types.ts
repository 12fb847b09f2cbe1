import type {
  DocumentNode,
  FormattedExecutionResult,
  GraphQLError,
  GraphQLFormattedError,
  GraphQLScalarType,
  GraphQLSchema,
  OperationDefinitionNode,
  OperationTypeNode,
  ValidationRule,
} from 'graphql';

import type { PlanCache } from './plan-cache.ts';

export type Variables = Record<string, unknown>;

/** Checks of the values that clients pass for custom scalars, by the scalars' names. */
export type ScalarChecks = Readonly<Record<string, GraphQLScalarType>>;

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

/** Fields that are withheld from this viewer: they are null, with an error. */
export interface WithheldFields {
  /** Equal when the same is withheld for the same reasons. */
  readonly key: string;
  /** By the type on which the field is selected; undefined for one that is not withheld. */
  reasonFor(typeName: string, fieldName: string): WithheldReason | undefined;
}

export interface WithheldReason {
  readonly code: string;
  readonly message: string;
}

export interface PrepareOptions {
  /** The parsed text, if it has been parsed already. */
  readonly document?: DocumentNode;
  /**
   * Response names that subgraphs are asked for and clients are not sent; the client uses none of them
   * itself.
   */
  readonly internalNames?: ReadonlySet<string>;
}

/** A valid operation. It is planned and compiled when it first runs, and stays so. */
export interface PreparedOperation {
  readonly kind: 'prepared';
  readonly id: number;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationType: OperationTypeNode;
  readonly operationName: string | undefined;
  readonly internalNames: ReadonlySet<string> | undefined;
  /** Which of its fields are withheld from the viewer it was prepared for. */
  readonly withheld: WithheldFields | undefined;
  /** Whether anything in it may be deferred or streamed; `answerInParts` then sends it later. */
  readonly defers: boolean;
  /** Whether it has run, so that running it again needs no planning, except for other conditions. */
  readonly isPlanned: boolean;
  /**
   * Plans it before it first runs, so that it then runs without waiting; resolves to the reason if there is
   * no plan. An operation with conditions is planned when their outcome is known.
   */
  planAhead(): Promise<PreparationFailure | null>;
  /** This operation for a viewer who may not read some of its fields. */
  withholding(fields: WithheldFields): PreparedOperation;
  /** The plan in readable form, ignoring conditions; null when there is none. */
  outline(): Promise<PlanOutline | null>;
}

/** What is fetched from where, and which fetch waits for which. */
export interface PlanOutline {
  readonly fetches: readonly FetchOutline[];
}

export interface FetchOutline {
  /** From 1, in the order in which they can begin. */
  readonly number: number;
  readonly subgraph: string;
  /** The fetches that must be answered first. */
  readonly after: readonly number[];
  /** Where the entities are that it completes; absent for one that begins at a root type. */
  readonly at?: string;
  /** What it is given about each of them, by their types. */
  readonly representations?: readonly string[];
  /** What is requested. */
  readonly fields: string;
  /** The deferred fragment that it is fetched for, if any: its label, if it has one. */
  readonly deferred?: string;
}

export interface PreparationFailure {
  readonly kind: 'failed';
  readonly errors: readonly GraphQLError[];
  /** The operation itself is valid: the same may be tried again. */
  readonly isTransient?: boolean;
  /** The internal reason, for the log. */
  readonly cause?: unknown;
}

/**
 * The JSON text of a response; for a large one, the bytes to send, since encoding them again would cost more
 * than everything else.
 */
export type ResponseBody = string | ResponseBytes;

/**
 * A response in UTF-8, in memory that is reused for the next one as soon as nobody needs this one. It may be
 * read until the Reply returns, and for longer by a caller that holds it.
 */
export interface ResponseBytes {
  readonly byteLength: number;
  text(): string;
  /** The bytes, which do not change until `release` is called. */
  hold(): { readonly bytes: Uint8Array; readonly release: () => void };
}

/**
 * Receives the answer to one request: an HTTP status and the body. It is called once, must not throw, and
 * should pass the body on at once: answers are large, and objects that waited for one are often old, so a
 * promise that held it would keep it in memory after its use.
 * `isPlain` says that the body contains only data, without errors or extensions, so that nobody needs to
 * inspect it.
 */
export type Reply = (status: number, body: ResponseBody, isPlain?: boolean) => void;

/**
 * Receives an answer that comes in parts: first everything that is neither deferred nor streamed, then the later parts
 * in batches as they become available. Like a Reply it must not throw.
 */
export interface PartsReceiver {
  /** A complete result. When nothing is pending it is the only part. */
  first(answer: FirstPart): void;
  later(batch: LaterParts): void;
}

export interface FirstPart {
  readonly status: number;
  /** The JSON text of a result. */
  readonly body: string;
  readonly pending: readonly PendingPart[];
}

/** An object or a list of the answer with parts that come later. */
export interface PendingPart {
  /** Unique among the parts of one answer. */
  readonly id: string;
  readonly path: readonly (string | number)[];
  readonly label: string | undefined;
}

export interface LaterParts {
  /** What comes later inside these parts. */
  readonly pending: readonly PendingPart[];
  readonly results: readonly PartResult[];
  readonly isLast: boolean;
}

/** A part that was pending: a fragment of an object, or the later items of a list. */
export type PartResult = DeferredResult | StreamedResult;

export interface DeferredResult extends PendingPart {
  readonly kind: 'fragment';
  /** JSON text; null when a null reached the object itself. */
  readonly data: string | null;
  /** The errors inside it. */
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

export interface StreamedResult extends PendingPart {
  readonly kind: 'items';
  /** JSON text of a list: the items from `start` up to `end`. */
  readonly items: string;
  readonly start: number;
  readonly end: number;
  /** The errors inside the items. */
  readonly errors: readonly GraphQLFormattedError[];
  /** Why the list ends early: an item is null that must not be. Empty when all items are there. */
  readonly failure: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** The upstream half of a subscription: what to subscribe to, and on which subgraph. */
export interface SubscriptionSource<Context extends ExecutionContext = ExecutionContext> {
  readonly kind: 'source';
  readonly request: FetchRequest<Context>;
  /** Equal for subscriptions whose events come from the same subgraph, query and variables. */
  readonly sourceKey: string;
  /** False when each event is already complete, so that no further fetch is needed. */
  readonly completesWithFetches: boolean;
}

export interface Engine<Context extends ExecutionContext = ExecutionContext> {
  /** What clients see: machinery and @inaccessible elements removed. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Resolves when operations can be planned; rejects when none can ever be planned over this supergraph. */
  readonly ready: Promise<void>;
  /**
   * Parses and validates; cached by text and operation name. Whether fields can be merged is only known when
   * it is planned: like planning, that can take long, and is done on another thread.
   */
  prepare(
    text: string,
    operationName?: string,
    options?: PrepareOptions,
  ): PreparedOperation | PreparationFailure;
  /** For queries and mutations. Never rejects: every failure is an error in the result. */
  execute(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<FormattedExecutionResult>;
  /** Executes, and returns the result as JSON text: as `execute`, but without parsing it again. */
  executeToText(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<string>;
  /**
   * Executes, and passes the text to a function, which is called synchronously when nothing has to be waited
   * for.
   */
  answer(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    reply: Reply,
  ): void;
  /**
   * Executes, and answers in parts when something is deferred and costs more than the rest, or when a streamed list has
   * more objects than its initial count. Such an execution is not shared.
   */
  answerInParts(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    receiver: PartsReceiver,
  ): void;
  /** What to subscribe to upstream, or why the operation may not run. */
  openSubscription(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<SubscriptionSource<Context> | PreparationFailure>;
  /** Completes one upstream event to the text of the client's result by running the rest of the plan. */
  completeEvent(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    event: SubgraphResponse,
    context: Context,
  ): Promise<string>;
  /** Releases resources for new operations; those that have begun may finish. */
  close(): void;
}
