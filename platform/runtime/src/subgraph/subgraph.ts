import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionResult,
  execute as executeOperation,
  GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { JobWorker } from '../backplane/backplane.ts';
import type { CurrentThings, FormChecks, FormLookups } from '../domain/errors/several-errors.ts';
import { rememberLatest } from '../domain/remember-latest.ts';
import { marked, markOf } from '../events/stream-marks.ts';
import { publicError } from '../graphql/public-errors.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import { assertStorableLiterals, assertStorableVariables } from '../graphql/text-safety.ts';
import type { InternalIdentity } from '../identity/internal-identity.ts';
import { createFairTurns } from '../process/fair-turns.ts';
import type { Logger } from '../process/logging.ts';
import { durationMetric } from '../telemetry/metrics.ts';
import {
  enterSpan,
  SpanKind,
  type Context as TraceContext,
  traceAfter,
  traceparentOf,
} from '../telemetry/tracing.ts';
import { inWorkContext } from '../telemetry/work-context.ts';
import { createRequestLog } from './log-request.ts';
import { schemaOf } from './subgraph-schema.ts';
import { resultsOf } from './subscription-results.ts';

/** Answers a path outside the graph, for anybody; false when the request is not for it. */
export type HttpRoute = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/** The definition of one domain's GraphQL service, independent of how it is served. */
export interface SubgraphDefinition<Context extends RequestContext> {
  /** Folder, package, name in the supergraph, and prefix of its events. */
  name: string;
  typeDefs: string;
  resolvers: Record<string, unknown>;
  /** The domain's checks of a mutation's input, so that all its mistakes are reported at once. */
  forms?: FormChecks;
  /** Looked up for a form that has mistakes, so that unknown ids are reported with them. */
  lookups?: FormLookups;
  /** The current state of an object, for the payload of a change that conflicted with it. */
  current?: CurrentThings;
  /** The context of one operation: fresh loaders, use cases bound to the viewer. */
  createContext(request: RequestContext): Context;
  /** What it answers outside the graph. */
  routes?: readonly HttpRoute[];
  /** Starts the relay, the consumers and everything else that works in the background. */
  startWorker(): JobWorker;
  /** Resolves when the subgraph's own database answers. */
  ready(): Promise<void>;
  close(): Promise<void>;
  logger: Logger;
}

export interface SubgraphRequest {
  query: string;
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
  identity: InternalIdentity;
  /** False once nobody waits for the answer to a query or mutation: then nothing more is started. */
  isAwaited?: (() => boolean) | undefined;
  /** Results of a subscription carry the marks of docs/shared-streams.md. */
  marks?: boolean;
  /** It is one of several answers to one request, which the log records once, for the first. */
  isLoggedAlready?: boolean;
  /** Where the gateway is in its trace. */
  trace?: TraceContext | undefined;
}

const requestDuration = durationMetric({
  name: 'graphql_subgraph_request_duration_seconds',
  help: 'Requests of gateways to this subgraph',
  labels: ['subgraph_name', 'outcome'],
});

/** A running subgraph; the same object behind HTTP, WebSocket and in-process calls. */
export interface Subgraph {
  readonly name: string;
  readonly typeDefs: string;
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Tried in turn for paths other than the graph's, however the subgraph is served. */
  readonly routes: readonly HttpRoute[];
  /** Answers a query or mutation; failures are in `errors`, never thrown. */
  execute(request: SubgraphRequest): Promise<ExecutionResult>;
  /** The events of a subscription, or the result that says why there are none. */
  subscribe(
    request: SubgraphRequest,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  startWorker(): JobWorker;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export async function createSubgraph<Context extends RequestContext>(
  definition: SubgraphDefinition<Context>,
): Promise<Subgraph> {
  const { name, typeDefs, logger, createContext } = definition;
  const schema = schemaOf(definition);
  const contextOf = (
    { viewer, requestId, shared = false, clientAddress, userAgent }: InternalIdentity,
    isAwaited?: () => boolean,
  ) =>
    createContext({
      ...{ viewer, shared, requestId, isAwaited },
      clientAddress: clientAddress ?? null,
      userAgent: userAgent ?? null,
      logger,
    });
  const mask = (error: unknown, requestId: string) => {
    const formatted = error instanceof GraphQLError ? error.toJSON() : { message: String(error) };
    const { message, ...rest } = publicError(formatted, error, { logger, requestId });
    return new GraphQLError(message, rest);
  };
  const documentOf = documentsOf(schema);
  // Apollo Server keeps the documents of texts it has seen; their literals are checked once.
  const storable = new WeakSet<DocumentNode>();
  const log = createRequestLog(logger);
  // One event may wake many subscriptions at once, several of them of the same viewer.
  const turns = createFairTurns();

  const server = new ApolloServer<Context>({
    schema,
    introspection: true,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger,
    // Requests come from a gateway that has limited them; its plans may be long.
    formatError: (formatted) => formatted,
    plugins: [
      // Traces would be included in every answer to a gateway that asks for them; nobody here reads them.
      ApolloServerPluginInlineTraceDisabled(),
      {
        requestDidStart: async () => ({
          didResolveOperation: async ({ document, request }) => {
            if (!storable.has(document)) assertStorableLiterals(document);
            storable.add(document);
            assertStorableVariables(request.variables ?? {});
          },
          willSendResponse: async ({ response, errors, contextValue }) => {
            if (response.body.kind !== 'single' || !errors) return;
            const { singleResult } = response.body;
            singleResult.errors = errors.map((error, index) =>
              publicError(singleResult.errors?.[index] ?? error.toJSON(), error, {
                logger,
                requestId: contextValue.requestId,
              }),
            );
          },
        }),
      },
    ],
  });
  await server.start();

  return {
    name,
    typeDefs,
    schema,
    logger,
    routes: definition.routes ?? [],
    execute: async ({ query, operationName, variables, identity, ...asked }) => {
      const { isAwaited, isLoggedAlready } = asked;
      const { requestId } = identity;
      const startedAt = performance.now();
      const request = isLoggedAlready ? null : log.begin(requestId, query, operationName);
      const span = enterSpan(`subgraph ${name}`, asked.trace, SpanKind.SERVER, {
        'graphql.operation.name': operationName ?? undefined,
        'souk.request.id': requestId,
      });
      const { body } = await inWorkContext({ requestId, trace: span?.context }, () =>
        server.executeOperation(
          { query, operationName: operationName ?? undefined, variables: variables ?? {} },
          { contextValue: contextOf(identity, isAwaited) },
        ),
      );
      if (body.kind !== 'single') throw new Error('Subgraphs do not answer incrementally.');
      const result = body.singleResult as ExecutionResult;
      request?.answered(result.errors);
      const code = result.errors && String(result.errors[0]?.extensions?.code ?? 'ERROR');
      span?.end(code);
      const outcome = code === undefined ? 'ok' : 'error';
      requestDuration.observe({ subgraph_name: name, outcome }, performance.now() - startedAt);
      return result;
    },
    subscribe: async ({ query, operationName, variables, identity, marks = false, ...asked }) => {
      const { trace, isLoggedAlready } = asked;
      const { requestId } = identity;
      const logged = isLoggedAlready ? null : log.begin(requestId, query, operationName);
      const refusedWith = (result: ExecutionResult): ExecutionResult => {
        logged?.answered(result.errors);
        return result;
      };
      const maskAll = (result: ExecutionResult): ExecutionResult =>
        result.errors
          ? { ...result, errors: result.errors.map((error) => mask(error, requestId)) }
          : result;
      try {
        const document = documentOf(query);
        assertStorableVariables(variables ?? {});
        const operation = {
          schema,
          document,
          operationName,
          variableValues: variables,
          contextValue: contextOf(identity),
        };
        const span = enterSpan(`subgraph ${name} subscribes`, trace, SpanKind.SERVER);
        const source = await inWorkContext({ requestId, trace: span?.context }, () =>
          createSourceEventStream(operation),
        );
        span?.end();
        if (!(Symbol.asyncIterator in source)) {
          return refusedWith(
            maskAll({ errors: source.errors?.map((error) => refused(error, 'BAD_USER_INPUT')) }),
          );
        }
        logged?.opened();
        return resultsOf(source as AsyncIterableIterator<unknown>, {
          marks,
          answer: (item) => {
            logged?.sent();
            const show = async () =>
              maskAll(await executeOperation({ ...operation, rootValue: item }));
            return turns.run(identity.viewer?.userId ?? requestId, () => delivered(item, show));
          },
          onEnd: () => logged?.ended(),
          failure: (error) => ({ errors: [mask(error, requestId)] }),
        });
      } catch (error) {
        return refusedWith({ errors: [mask(error, requestId)] });
      }
    },
    startWorker: definition.startWorker,
    ready: definition.ready,
    close: async () => {
      await server.stop();
      await definition.close();
    },
  };
}

/** Shows an event to a subscriber, as part of the trace in which it was recorded. */
async function delivered<Result>(item: unknown, show: () => Promise<Result>): Promise<Result> {
  const mark = markOf(item);
  const recordedIn = traceAfter(mark?.traceparent);
  const span = recordedIn && enterSpan('deliver event', recordedIn, SpanKind.CONSUMER);
  if (!mark || !span) return show();
  try {
    return await inWorkContext({ trace: span.context }, show);
  } finally {
    span.end();
    marked(item as object, { ...mark, traceparent: traceparentOf(span.context) });
  }
}

/** A gateway repeats the same few subscription documents; parsing each once is enough. */
const MAX_DOCUMENTS = 500;

/** Returns the document of an operation's text, or throws what is wrong with it. */
const documentsOf = (schema: GraphQLSchema) =>
  rememberLatest(MAX_DOCUMENTS, (query): DocumentNode => {
    const document = parsed(query);
    const [error] = validate(schema, document);
    if (error) throw refused(error, 'GRAPHQL_VALIDATION_FAILED');
    assertStorableLiterals(document);
    return document;
  });

function parsed(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    throw error instanceof GraphQLError ? refused(error, 'GRAPHQL_PARSE_FAILED') : error;
  }
}

/** Gives graphql-js's errors about a request the codes that Apollo Server gives them elsewhere. */
const refused = (error: GraphQLError, code: string): GraphQLError =>
  error.originalError || error.extensions.code !== undefined
    ? error
    : new GraphQLError(error.message, { nodes: error.nodes, extensions: { code } });
