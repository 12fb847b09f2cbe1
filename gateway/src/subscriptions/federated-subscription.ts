import type { Logger } from '@souk/runtime';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  GraphQLError,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { refuseFields } from '../access/refuse-fields.ts';
import type { GatewayContext } from '../context.ts';
import type { Variables } from '../execution/index.ts';
import { type AdmittedExecution, completeEvent, operationOf } from '../executor.ts';
import type { OperationGuard } from '../protection/guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayTransport } from '../transport/transport.ts';
import { CURSOR_KEY, KIND_KEY, makeResumable, type Resumption } from './resumable.ts';
import { stoppable } from './stoppable.ts';
import { upstreamEvents } from './upstream.ts';

export interface SubscriptionRequest {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables: Variables;
  /** Who asks, now; asked again for each event, since tokens are refreshed meanwhile. */
  context(): GatewayContext;
}

export interface SubscriptionEvent {
  readonly result: FormattedExecutionResult;
  /** Where the event is in its stream: give it back as `after` to continue right behind it. */
  readonly cursor: string | null;
}

/** A subscription that may run, before it is started. */
export interface AdmittedSubscription {
  /** The client's operation, as it was written. */
  readonly document: DocumentNode;
  /** Starts it; errors come out of the iterator as GraphQLErrors. */
  start(after?: string): AsyncIterableIterator<SubscriptionEvent>;
}

export interface SubscriptionDeps {
  supergraph(): LoadedSupergraph;
  transport: GatewayTransport;
  guard: OperationGuard;
  /** Hide what a client could learn of the schema from a refusal. */
  hideSchema: boolean;
  logger: Logger;
}

/** Says whether a subscription may run, and how: the same rules for every transport. */
export function admitSubscription(
  request: SubscriptionRequest,
  deps: SubscriptionDeps,
): AdmittedSubscription | readonly GraphQLError[] {
  try {
    return admitted(request, deps);
  } catch (error) {
    return [publicOf(error, request, deps.logger)];
  }
}

function admitted(
  request: SubscriptionRequest,
  { supergraph: current, transport, guard, hideSchema, logger }: SubscriptionDeps,
): AdmittedSubscription | readonly GraphQLError[] {
  const document = guard.parse(request.query);
  if (!('definitions' in document)) return document;
  const operation = operationOf(document, request.operationName);
  if (!operation) return [unknownOperation()];
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return [onlySubscriptions(operation)];
  const supergraph = current();
  const { engine, costs } = supergraph;
  const { variables } = request;
  const valid = engine.prepare(request.query, request.operationName);
  if (valid.kind === 'failed')
    return hideSchema ? valid.errors.map(withoutSuggestion) : valid.errors;
  const problems = guard.problemsOf({ document, operation, variables }, engine.apiSchema, costs);
  if (problems.length > 0) return problems;
  const compiled = compile(
    supergraph,
    { document, operationName: request.operationName },
    request.context(),
  );
  if (!('admission' in compiled)) return compiled;
  const { admission, resumption } = compiled;
  const first = engine.openSubscription(admission.prepared, variables, request.context());
  if (first.kind === 'failed') return first.errors;

  const open = async (place: Variables, signal: AbortSignal) => {
    const source = engine.openSubscription(
      admission.prepared,
      { ...variables, ...place },
      request.context(),
    );
    if (source.kind === 'failed') throw source.errors[0];
    return transport.subscribe(source.request, signal);
  };
  return {
    document,
    start: (after) =>
      stoppable(async function* (signal) {
        const resumed = after === undefined ? resumption : startingAfter(resumption, after);
        const events = upstreamEvents({ open, resumption: resumed, signal, logger });
        try {
          for await (const { response, cursor } of events) {
            const context = request.context();
            const result = await completeEvent(supergraph, admission, variables, response, context);
            yield { result: asClientSees(result, cursor, resumption), cursor };
          }
        } catch (error) {
          throw publicOf(error, request, logger);
        }
      }),
  };
}

const startingAfter = (resumption: Resumption | null, cursor: string): Resumption | null =>
  resumption && { ...resumption, initially: { [resumption.variable]: cursor } };

/** A coded error may reach the client as it is; anything else is our fault and stays in the log. */
function publicOf(error: unknown, { context }: SubscriptionRequest, logger: Logger): GraphQLError {
  if (error instanceof GraphQLError && error.extensions.code) return error;
  const { requestId } = context();
  logger.error({ err: error, requestId }, 'a subscription failed');
  return new GraphQLError('Something went wrong on our side.', {
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  });
}

/** graphql-js ends messages about unknown names with the names that there are. */
const withoutSuggestion = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message.replace(/ ?Did you mean(.+?)\?$/, ''), {
    extensions: error.extensions,
  });

interface Compiled {
  readonly admission: AdmittedExecution;
  readonly resumption: Resumption | null;
}

function compile(
  { engine, access }: LoadedSupergraph,
  { document, operationName }: { document: DocumentNode; operationName: string | undefined },
  { viewer }: GatewayContext,
): Compiled | readonly GraphQLError[] {
  const admitted = refuseFields(document, engine.apiSchema, access, viewer);
  const operation = operationOf(admitted.document, operationName) as OperationDefinitionNode;
  const refusedRoot = admitted.refused.find(({ isRoot }) => isRoot);
  if (refusedRoot) return [accessRefused(refusedRoot.code)];
  const { document: resumable, resumption } = makeResumable(
    admitted.document,
    operation,
    engine.apiSchema,
  );
  const prepared = engine.prepare(resumable, operationName);
  if (prepared.kind === 'failed') return prepared.errors;
  return { admission: { prepared, admitted: { ...admitted, document: resumable } }, resumption };
}

/** Without what only the gateway asked for; the cursor travels beside the data. */
function asClientSees(
  result: FormattedExecutionResult,
  cursor: string | null,
  resumption: Resumption | null,
): FormattedExecutionResult {
  const event = resumption ? result.data?.[resumption.rootKey] : null;
  if (typeof event === 'object' && event !== null) {
    const own = event as Record<string, unknown>;
    delete own[CURSOR_KEY];
    delete own[KIND_KEY];
  }
  return cursor === null ? result : { ...result, extensions: { ...result.extensions, cursor } };
}

const unknownOperation = () =>
  new GraphQLError('Name one operation of the document.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });

const onlySubscriptions = ({ operation }: OperationDefinitionNode) =>
  new GraphQLError(`Only subscriptions run here; send a ${operation} by HTTP POST.`, {
    extensions: { code: 'OPERATION_NOT_SUPPORTED' },
  });

const accessRefused = (code: 'UNAUTHENTICATED' | 'FORBIDDEN') =>
  new GraphQLError(
    code === 'UNAUTHENTICATED'
      ? 'Sign in to subscribe to this.'
      : 'Your account may not subscribe to this.',
    { extensions: { code } },
  );
