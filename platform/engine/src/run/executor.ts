import { GraphQLError } from 'graphql';
import type { CompiledOperation } from '../compile/compiled-operation.ts';
import { NO_NEGATIVE_COUNT } from '../compile/stream-rule.ts';
import type { CompiledSupergraph } from '../compile/supergraph.ts';
import type { Variant } from '../compile/variant.ts';
import { type ErrorExposure, isExposedByDefault, requestError } from '../errors.ts';
import { variablesKey } from '../json/exact-variables.ts';
import type { PreparationFailure, PreparedOperation, Variables } from '../operation.ts';
import type { EngineOptions } from '../options.ts';
import type { PartsReceiver, Reply } from '../response.ts';
import type {
  AnswerReceiver,
  ExecutionContext,
  FetchRequest,
  SubgraphResponse,
} from '../transport.ts';
import type { Call } from './call.ts';
import { Execution } from './execution.ts';
import { introspect } from './introspect.ts';
import type { PartedAnswer } from './parted-answer.ts';
import { responseText } from './pooled-bytes.ts';
import { createScheduler } from './scheduler.ts';
import { createInFlight } from './sharing.ts';
import { coerceVariables, type VariableRules } from './variables.ts';

export interface Executor<Context extends ExecutionContext> {
  executeInParts(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    receiver: PartsReceiver,
  ): void;
  execute(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
    reply: Reply,
  ): void;
  completeEvent(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    event: SubgraphResponse,
    context: Context,
    reply: Reply,
  ): void;
}

/**
 * Runs prepared operations: decides which requests share an execution, in which order executions get their
 * turns, and who is notified.
 */
export function createExecutor<Context extends ExecutionContext>(
  supergraph: CompiledSupergraph,
  options: EngineOptions<Context>,
  variableRules: VariableRules,
): Executor<Context> {
  const scheduler = createScheduler();
  const shared = createInFlight<Parameters<Reply>>();
  const isExposed = exposureTest(options.exposedErrorCodes);
  const maxErrors = options.maxErrors ?? 50;
  const mask = options.maskErrors ?? true;
  const send = sender(options);
  let started = 0;

  const collapse = (
    { context, reply }: Run<Context>,
    error: unknown,
    begun?: PartedAnswer,
  ): void => {
    options.onEngineFault?.(error, context);
    const problem = internalError(context);
    if (begun) begun.giveUp(problem.toJSON());
    else replyErrors(reply, [problem], context, 500);
  };

  /** An operation with conditions may have to be planned for these variables first. */
  const begin = (run: Run<Context>, start: (execution: Execution) => void): void => {
    const { operation, variables, context, reply } = run;
    const coerced = coerceVariables(variableRules, operation, variables);
    if (coerced.errors) {
      replyErrors(reply, coerced.errors, context);
      return;
    }
    const negative = negativeCounts(operation, coerced.values);
    if (negative.length > 0) {
      replyErrors(reply, negative, context);
      return;
    }
    const go = (variant: Variant | PreparationFailure): void => {
      if (variant.kind === 'failed')
        replyErrors(reply, variant.errors, context, variant.isTransient ? 503 : 400);
      else start(executionOf(run, variant, coerced.values));
    };
    const variant = operation.variantFor(coerced.values, run.receiver ? 'in parts' : 'whole');
    if (!(variant instanceof Promise)) go(variant);
    else variant.then(go).catch((error) => collapse(run, error));
  };

  const executionOf = (run: Run<Context>, variant: Variant, values: Variables): Execution => {
    const { variables, context, reply } = run;
    started += 1;
    const { introspection, streams } = variant;
    const exposure: ErrorExposure = { mask, isExposed, requestId: context.requestId };
    return new Execution({
      variant,
      interfaceNames: supergraph.interfaceNames,
      variables,
      local: introspection && introspect(supergraph.apiSchema, introspection, variables),
      initialCounts: streams.waves > 1 ? streams.initialCounts(values) : [],
      order: started + variant.size.handicap,
      scheduler,
      exposure,
      maxErrors,
      extensions: context.extensions,
      send: (call, receiver) => send(call, run, receiver),
      onMissingEntity: context.onMissingEntity,
      onFault: ({ subgraph }, error) => options.onSubgraphFault?.({ subgraph, error, context }),
      onResult: (body, isPlain) => reply(200, body, isPlain),
      onCollapse: (error, begun) => collapse(run, error, begun),
      receiver: run.receiver,
    });
  };

  return {
    execute(prepared, variables = {}, context, reply) {
      const operation = prepared as CompiledOperation;
      const { sharingKey, signal } = context;
      const isShared =
        options.shareInFlight !== false &&
        sharingKey !== undefined &&
        context.extensions === undefined &&
        operation.operationType === 'query';
      if (!isShared) {
        begin({ operation, variables, context, signal, reply }, (execution) => execution.start());
        return;
      }
      const key = `${operation.id}\n${sharingKey}\n${variablesKey(variables)}`;
      const isJoined = shared.run(key, signal, reply, (signal, reply) =>
        begin({ operation, variables, context, signal, reply }, (execution) => execution.start()),
      );
      options.onSharing?.(isJoined);
    },
    executeInParts(prepared, variables = {}, context, receiver) {
      const operation = prepared as CompiledOperation;
      const { signal } = context;
      const reply: Reply = (status, body) =>
        receiver.first({ status, body: responseText(body), pending: [] });
      begin({ operation, variables, context, signal, reply, receiver }, (execution) =>
        execution.start(),
      );
    },
    completeEvent(prepared, variables = {}, event, context, reply) {
      const operation = prepared as CompiledOperation;
      const { signal } = context;
      begin({ operation, variables, context, signal, reply }, (execution) =>
        execution.startFromEvent(event),
      );
    },
  };
}

/** One execution; its signal is aborted when all requests that share it have been abandoned. */
interface Run<Context extends ExecutionContext> {
  readonly operation: CompiledOperation;
  readonly variables: Variables;
  readonly context: Context;
  readonly signal: AbortSignal | undefined;
  readonly reply: Reply;
  /** For an answer that may come in parts. */
  readonly receiver?: PartsReceiver;
}

function sender<Context extends ExecutionContext>({ transport }: EngineOptions<Context>) {
  return (call: Call, { context, signal }: Run<Context>, receiver: AnswerReceiver): void => {
    const { text, variablesText, subgraph, fetch } = call;
    context.onFetch?.();
    const request: FetchRequest<Context> = {
      subgraph,
      query: text.query,
      operationName: text.operationName,
      operationType: fetch.operationType,
      variablesText,
      bodyText: `${text.bodyStart}${variablesText ? `,"variables":${variablesText}` : ''}}`,
      context,
    };
    if (transport.send) {
      transport.send(request, signal, receiver);
      return;
    }
    transport.execute(request, signal).then(
      (response) => receiver.answered(response),
      (error) => receiver.failed(error),
    );
  };
}

/** A negative number is a valid Int, but not a valid initial count. */
const negativeCounts = (
  { initialCounts }: CompiledOperation,
  values: Variables,
): readonly GraphQLError[] =>
  initialCounts
    .filter((name) => Number(values[name]) < 0)
    .map((name) => requestError('BAD_USER_INPUT', `Variable "$${name}": ${NO_NEGATIVE_COUNT}`));

function exposureTest(exposed: EngineOptions['exposedErrorCodes']): (code: string) => boolean {
  if (exposed === undefined) return isExposedByDefault;
  return typeof exposed === 'function' ? exposed : (code) => exposed.has(code);
}

const internalError = ({ requestId }: ExecutionContext): GraphQLError =>
  new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });

/** Answers a request before anything is executed. */
const replyErrors = (
  reply: Reply,
  errors: readonly GraphQLError[],
  { extensions }: ExecutionContext,
  status = 400,
): void => reply(status, JSON.stringify({ errors, extensions }));
