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

/** Checks of what clients give for scalars of the schema's own, by their names. */
export type ScalarChecks = Readonly<Record<string, GraphQLScalarType>>;

/**
 * What accompanies one client request through the engine. The engine reads only these fields and
 * hands the whole object to the transport, so a gateway extends it with its viewer, headers, etc.
 */
export interface ExecutionContext {
  readonly requestId: string;
  /** Milliseconds since the epoch after which nobody waits for the answer any more. */
  readonly deadlineAt?: number;
  /** Aborted when the client goes away. */
  readonly signal?: AbortSignal;
  /**
   * Identical queries in flight whose contexts have the same key share one execution. It must name
   * everything in the context that can change an answer (usually the viewer's session); leave it
   * undefined and this request shares with none.
   */
  readonly sharingKey?: string;
  /** What the answer says in its `extensions`, besides what the engine says there itself. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /**
   * Called when a subgraph has nothing to say about an entity that another one refers to, once for each type by
   * which it was asked: that of an interface, where only a third one knows the thing's own.
   */
  readonly onMissingEntity?: (typeName: string) => void;
  /** Called whenever a subgraph is about to be asked: what came of it may depend on who asks. */
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
 * A subgraph's answer: either the JSON text of the whole response, which the engine reads without
 * parsing values nobody looks at, or its parts as plain values.
 */
export type SubgraphResponse =
  | {
      readonly text: string;
      /** Known to have no control characters, which whoever has the bytes finds out for less. */
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
  /** Does what `execute` does without a promise; preferred where it exists. */
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

/** Called once with how a request to a subgraph ended. */
export interface AnswerReceiver {
  answered(response: SubgraphResponse): void;
  failed(error: unknown): void;
}

export interface EngineOptions<Context extends ExecutionContext = ExecutionContext> {
  /** The composed supergraph, join directives and all. */
  readonly supergraphSdl: string;
  readonly transport: SubgraphTransport<Context>;
  /** Identical queries in flight with equal sharing keys share one execution. Default true. */
  readonly shareInFlight?: boolean;
  /** Called for each query that might share one in flight, with whether it does. */
  readonly onSharing?: (isShared: boolean) => void;
  /** Parsed, planned and compiled operations kept, least recently used dropped. Default 1,000. */
  readonly operationCacheSize?: number;
  /** Milliseconds that an operation may be planned for. Default 2,000. */
  readonly planningMs?: number;
  /**
   * Plans made over an earlier supergraph, and those that will be made over this one: one made of parts that
   * are the same in both is not made again. Default: plans of its own.
   */
  readonly plans?: PlanCache;
  /** Labels of `@override(label:)` that hold, besides `percent(n)`, which is drawn. Default none. */
  readonly overrideLabels?: readonly string[];
  /** Longest accepted document, in tokens. Default unlimited. */
  readonly maxTokens?: number;
  /**
   * What clients may give for scalars of the schema's own, by name: what these refuse is refused
   * before anything runs, with its place. Default: anything, as far as subgraphs take it.
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
  /** Called with faults the client only sees as a code. */
  readonly onSubgraphFault?: (fault: SubgraphFaultReport<Context>) => void;
  /**
   * Called, once for each plan, when what a client has deferred comes with the rest of the answer, as there
   * is no plan otherwise.
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
 * What of an operation comes with the rest although its client has deferred it: fragments with fields that
 * have @requires, or all of them; and why.
 */
export interface DeferDropped {
  readonly what: 'requires' | 'all';
  readonly operationName: string | undefined;
  readonly cause: unknown;
}

/** Fields that are not for whoever asks: null where they are asked for, with an error. */
export interface WithheldFields {
  /** Equal where the same is withheld for the same reasons. */
  readonly key: string;
  /** By the type on which the field is selected; undefined for one that is not withheld. */
  reasonFor(typeName: string, fieldName: string): WithheldReason | undefined;
}

export interface WithheldReason {
  readonly code: string;
  readonly message: string;
}

export interface PrepareOptions {
  /** The text parsed, where that has been done already. */
  readonly document?: DocumentNode;
  /**
   * Response names that subgraphs are asked for and clients are not sent; none that the client
   * uses itself.
   */
  readonly internalNames?: ReadonlySet<string>;
}

/** A valid operation. It is planned and compiled when it first runs, and kept so. */
export interface PreparedOperation {
  readonly kind: 'prepared';
  readonly id: number;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationType: OperationTypeNode;
  readonly operationName: string | undefined;
  readonly internalNames: ReadonlySet<string> | undefined;
  /** What of it is withheld from whoever it was prepared for. */
  readonly withheld: WithheldFields | undefined;
  /** Whether anything in it may be deferred; `answerInParts` then sends it later. */
  readonly defers: boolean;
  /** Whether it has run, so that running it again takes no planning, conditions apart. */
  readonly isPlanned: boolean;
  /**
   * Plans it before it first runs, so that it runs without waiting; resolves to why there is no plan.
   * One with conditions is planned when it is known how they turn out.
   */
  planAhead(): Promise<PreparationFailure | null>;
  /** This operation for somebody who may not read some of its fields. */
  withholding(fields: WithheldFields): PreparedOperation;
  /** The plan for people, conditions apart; null when there is none. */
  outline(): Promise<PlanOutline | null>;
}

/** What is fetched from where, and what waits for what. */
export interface PlanOutline {
  readonly fetches: readonly FetchOutline[];
}

export interface FetchOutline {
  /** From 1, in the order in which they can begin. */
  readonly number: number;
  readonly subgraph: string;
  /** The fetches that must have been answered first. */
  readonly after: readonly number[];
  /** Where the entities are that it completes; absent for one that begins at a root type. */
  readonly at?: string;
  /** What it is given of each of them, by their types. */
  readonly representations?: readonly string[];
  /** What is asked for. */
  readonly fields: string;
  /** What it is fetched for when that comes later than the rest: the label, if it has one. */
  readonly deferred?: string;
}

export interface PreparationFailure {
  readonly kind: 'failed';
  readonly errors: readonly GraphQLError[];
  /** Nothing is wrong with the operation: the same may be asked again. */
  readonly isTransient?: boolean;
  /** What went wrong inside, for the log. */
  readonly cause?: unknown;
}

/** The JSON text of a response: of a large one the bytes that leave, since making them twice costs more than all else. */
export type ResponseBody = string | ResponseBytes;

/**
 * A response in UTF-8, in memory that serves the next one as soon as nobody needs this one. It may be read until
 * the Reply returns, and for longer by whoever holds it.
 */
export interface ResponseBytes {
  readonly byteLength: number;
  text(): string;
  /** The bytes, which stay as they are until `release` is called. */
  hold(): { readonly bytes: Uint8Array; readonly release: () => void };
}

/**
 * Takes the answer to one request: an HTTP status and the body. It is called once, must not throw, and
 * should hand the body on at once: answers are large, and what waits for one has often lived long, so
 * that a promise that held it would keep it in memory after its use.
 * `isPlain` tells that the body is made of data alone, without errors or extensions, so that
 * nobody needs to look into it.
 */
export type Reply = (status: number, body: ResponseBody, isPlain?: boolean) => void;

/**
 * Takes an answer that comes in parts: first all that is not deferred, and what is in batches as it
 * becomes known. Like a Reply it must not throw.
 */
export interface PartsReceiver {
  /** A whole result for itself. Where nothing is pending it is the last part. */
  first(answer: FirstPart): void;
  later(batch: LaterParts): void;
}

export interface FirstPart {
  readonly status: number;
  /** The JSON text of a result. */
  readonly body: string;
  readonly pending: readonly PendingPart[];
}

/** An object of the answer of which some is still to come. */
export interface PendingPart {
  /** Of the parts of one answer. */
  readonly id: string;
  readonly path: readonly (string | number)[];
  readonly label: string | undefined;
}

export interface LaterParts {
  /** What is deferred inside of these parts. */
  readonly pending: readonly PendingPart[];
  readonly results: readonly DeferredResult[];
  readonly isLast: boolean;
}

/** A part that was pending: its data, and what went wrong inside of it. */
export interface DeferredResult extends PendingPart {
  /** JSON text; null where a null reached the object itself. */
  readonly data: string | null;
  readonly errors: readonly GraphQLFormattedError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
}

/** The upstream half of a subscription: what to subscribe to, and on which subgraph. */
export interface SubscriptionSource<Context extends ExecutionContext = ExecutionContext> {
  readonly kind: 'source';
  readonly request: FetchRequest<Context>;
  /** Equal for subscriptions whose events come from the same subgraph, query and variables. */
  readonly sourceKey: string;
  /** False when each event already carries everything, so that no further fetch is needed. */
  readonly completesWithFetches: boolean;
}

export interface Engine<Context extends ExecutionContext = ExecutionContext> {
  /** What clients see: machinery and @inaccessible elements removed. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Resolves when operations can be planned; rejects when none ever can over this supergraph. */
  readonly ready: Promise<void>;
  /**
   * Parses and validates; cached by text and operation name. Whether fields can be merged is only known when it
   * is planned: as planning, that can take long, and is done on another thread.
   */
  prepare(
    text: string,
    operationName?: string,
    options?: PrepareOptions,
  ): PreparedOperation | PreparationFailure;
  /** Queries and mutations. Never rejects: every failure is an error in the result. */
  execute(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<FormattedExecutionResult>;
  /** Executes, and gives the result as JSON text: what `execute` costs without parsing it again. */
  executeToText(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<string>;
  /** Executes, and gives the text to a function, which is called at once where nothing has to be waited for. */
  answer(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    reply: Reply,
  ): void;
  /** Executes, and answers in parts where anything is deferred and costs more than the rest. Shared with none. */
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
  /** Turns one upstream event into the text of the client's result by running the rest of the plan. */
  completeEvent(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    event: SubgraphResponse,
    context: Context,
  ): Promise<string>;
  /** Keeps nothing ready for new operations any more; what has begun may finish. */
  close(): void;
}
