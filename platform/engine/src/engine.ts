import type { FormattedExecutionResult, GraphQLSchema } from 'graphql';
import { createPrepare } from './compile/prepare.ts';
import { checkScalars } from './compile/scalars.ts';
import { compileSupergraph } from './compile/supergraph.ts';
import type {
  PreparationFailure,
  PreparedOperation,
  PrepareOptions,
  Variables,
} from './operation.ts';
import type { EngineOptions } from './options.ts';
import { createPlanCache } from './plan-cache.ts';
import type { PartsReceiver, Reply } from './response.ts';
import { createExecutor } from './run/executor.ts';
import { responseText } from './run/pooled-bytes.ts';
import { createSubscriptions, type OpenSubscription } from './run/subscription-source.ts';
import type { ExecutionContext, SubgraphResponse } from './transport.ts';

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
  readonly openSubscription: OpenSubscription<Context>;
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

/** Everything for one supergraph. A new supergraph takes a new engine; the old one may finish. */
export function createEngine<Context extends ExecutionContext = ExecutionContext>(
  options: EngineOptions<Context>,
): Engine<Context> {
  const supergraph = compileSupergraph(options.supergraphSdl, {
    document: options.supergraph,
    planningMs: options.planningMs ?? 2_000,
    overrideLabels: options.overrideLabels ?? [],
    plans: options.plans ?? createPlanCache(),
    onDeferDropped: options.onDeferDropped,
  });
  try {
    checkScalars(supergraph.apiSchema, options.scalars ?? {});
  } catch (error) {
    supergraph.planner.close();
    throw error;
  }
  const prepare = createPrepare(supergraph, {
    maxTokens: options.maxTokens,
    validationRules: options.validationRules ?? [],
    introspection: options.introspection ?? true,
    cacheSize: options.operationCacheSize ?? 1_000,
  });
  const variableRules = {
    apiSchema: supergraph.apiSchema,
    suggests: options.introspection ?? true,
  };
  const executor = createExecutor(supergraph, options, variableRules);
  const text = (run: (reply: Reply) => void): Promise<string> =>
    new Promise((resolve) => run((_, body) => resolve(responseText(body))));
  const result = async (run: (reply: Reply) => void): Promise<FormattedExecutionResult> =>
    JSON.parse(await text(run)) as FormattedExecutionResult;

  return {
    apiSchema: supergraph.apiSchema,
    supergraphSdl: supergraph.sdl,
    subgraphs: supergraph.subgraphs,
    get ready() {
      return supergraph.planner.ready;
    },
    prepare,
    answer: executor.execute,
    answerInParts: executor.executeInParts,
    execute: (...request) => result((reply) => executor.execute(...request, reply)),
    executeToText: (...request) => text((reply) => executor.execute(...request, reply)),
    openSubscription: createSubscriptions<Context>(variableRules),
    completeEvent: (...event) => text((reply) => executor.completeEvent(...event, reply)),
    close: () => supergraph.planner.close(),
  };
}
