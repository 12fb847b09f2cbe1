import { GraphQLError } from 'graphql';
import { type ErrorExposure, isExposedByDefault } from './errors.ts';
import { Execution } from './execution.ts';
import { introspect } from './introspection.ts';
import type { CompiledOperation } from './plan/prepare.ts';
import type { Call } from './requests/call.ts';
import { createScheduler } from './scheduler.ts';
import { createInFlight } from './sharing.ts';
import type { LoadedSupergraph } from './supergraph.ts';
import type {
  EngineOptions,
  HttpAnswer,
  PreparedOperation,
  RequestContext,
  SubgraphRequest,
  SubgraphResponse,
  Variables,
} from './types.ts';
import { coerceVariables } from './variables.ts';

export interface Executor<Context extends RequestContext> {
  execute(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    context: Context,
  ): Promise<HttpAnswer>;
  completeEvent(
    prepared: PreparedOperation,
    variables: Variables | undefined,
    event: SubgraphResponse,
    context: Context,
  ): Promise<HttpAnswer>;
}

/** Runs prepared operations: whose work is shared, in which order turns are given, who is told. */
export function createExecutor<Context extends RequestContext>(
  supergraph: LoadedSupergraph,
  options: EngineOptions<Context>,
): Executor<Context> {
  const scheduler = createScheduler();
  const shared = createInFlight<HttpAnswer>();
  const isExposed = exposureTest(options.exposedErrorCodes);
  const maxErrors = options.maxErrors ?? 50;
  const mask = options.maskErrors ?? true;
  let started = 0;

  const run = (
    operation: CompiledOperation,
    { variables, context, signal }: Run<Context>,
    begin: (execution: Execution) => void,
  ): Promise<HttpAnswer> => {
    const coerced = coerceVariables(supergraph.apiSchema, operation, variables);
    if (coerced.errors) return Promise.resolve(refused(coerced.errors));
    const variant = operation.variantFor(coerced.values);
    if (variant.kind === 'failed') return Promise.resolve(refused(variant.errors));
    started += 1;
    const order = started;
    const exposure: ErrorExposure = { mask, isExposed, requestId: context.requestId };
    return new Promise((resolve) => {
      const execution = new Execution(
        {
          variant,
          interfaceNames: supergraph.interfaceNames,
          variables,
          local:
            variant.introspection &&
            introspect(supergraph.apiSchema, variant.introspection, variables),
          order,
          scheduler,
          send: (call) => send(options, call, { variables, context, signal }),
          onFault: (call, error) =>
            options.onSubgraphFault?.({ subgraph: call.subgraph, error, context }),
          onCollapse: (error) => {
            options.onEngineFault?.(error, context);
            resolve(refused([internalError(context)], 500));
          },
          exposure,
          maxErrors,
        },
        (body) => resolve({ status: 200, body }),
      );
      begin(execution);
    });
  };

  return {
    execute(prepared, variables = {}, context) {
      const operation = prepared as CompiledOperation;
      const start = (signal: AbortSignal | undefined) =>
        run(operation, { variables, context, signal }, (execution) => execution.start());
      const { sharingKey } = context;
      if (
        options.shareInFlight === false ||
        sharingKey === undefined ||
        operation.operationType !== 'query'
      ) {
        return start(context.signal);
      }
      const key = `${operation.id}\n${sharingKey}\n${JSON.stringify(variables)}`;
      return shared.run(key, context.signal, start);
    },
    completeEvent(prepared, variables = {}, event, context) {
      const { signal } = context;
      return run(prepared as CompiledOperation, { variables, context, signal }, (execution) =>
        execution.startFromEvent(event),
      );
    },
  };
}

/** One request's run; its signal is that of all who share it. */
interface Run<Context extends RequestContext> {
  readonly variables: Variables;
  readonly context: Context;
  readonly signal: AbortSignal | undefined;
}

function send<Context extends RequestContext>(
  { transport }: EngineOptions<Context>,
  call: Call,
  { context, signal }: Run<Context>,
): Promise<SubgraphResponse> {
  const { text, variablesText, subgraph, fetch } = call;
  const request: SubgraphRequest<Context> = {
    subgraph,
    query: text.query,
    operationName: text.operationName,
    operationType: fetch.operationType,
    variablesText,
    bodyText: `${text.bodyStart}${variablesText ? `,"variables":${variablesText}` : ''}}`,
    context,
  };
  try {
    return transport.execute(request, signal);
  } catch (error) {
    return Promise.reject(error);
  }
}

function exposureTest(exposed: EngineOptions['exposedErrorCodes']): (code: string) => boolean {
  if (exposed === undefined) return isExposedByDefault;
  return typeof exposed === 'function' ? exposed : (code) => exposed.has(code);
}

const internalError = ({ requestId }: RequestContext): GraphQLError =>
  new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });

/** The answer to a request that is refused before anything is executed. */
export const refused = (errors: readonly GraphQLError[], status = 400): HttpAnswer => ({
  status,
  body: JSON.stringify({ errors }),
});
