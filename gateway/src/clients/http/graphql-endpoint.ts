import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBoundedCache, type PlanOutline } from '@souk/engine';
import type { Logger } from '@souk/runtime/process';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { VerifiedViewer, VerifyAccessToken } from '../../authentication/viewer.ts';
import { type GatewayContext, sharingKeyOf } from '../../context.ts';
import type { OperationGuard } from '../../limits/guard.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import { type Operation, type OperationRequest, preparedFor } from '../../pipeline/operation.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { httpHeadOf, Refusal } from '../../pipeline/refusal.ts';
import { answerTypeFor, assertAcceptsAnswer } from './accepted-types.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { AddressOf } from './client-address.ts';
import { crossSiteProblem } from './cross-site.ts';
import type { Exchange } from './exchange.ts';
import { type HttpLimits, MAX_HEADERS } from './http-limits.ts';
import type { Origins } from './origins.ts';
import {
  assertJsonContent,
  collectBody,
  type GraphQLParameters,
  parametersInBody,
  parametersInUrl,
  textOf,
} from './read-body.ts';
import { failureBody, methodNotAllowed, RequestFailure } from './request-failure.ts';
import { authentic, viewerOf } from './request-viewer.ts';

/** A subscription that a client asked for over HTTP. */
export interface HttpSubscription {
  readonly operation: Operation;
  readonly parameters: GraphQLParameters;
  readonly verified: VerifiedViewer | null;
}

/** How subscriptions are answered; each says false when the client accepts none of the forms. */
export interface Streams {
  stream(subscription: HttpSubscription, exchange: Exchange): Promise<boolean>;
  /** Tells a client that accepts nothing but a stream, in one, why there is none. */
  refuse(refusal: Refusal, exchange: Exchange): boolean;
}

export interface GraphQLEndpointOptions {
  pipeline: Pipeline;
  guard: OperationGuard;
  addressOf: AddressOf;
  verify: VerifyAccessToken;
  limits: HttpLimits;
  streams: Streams;
  origins: Pick<Origins, 'mayConnect'>;
  writer: AnswerWriter;
  /** Tell who asks for it what an operation costs, and how it is planned. */
  tellCost: boolean;
  tellPlan: boolean;
  logger: Logger;
}

export type HandleRequest = (
  incoming: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => void;

/** Sent with any value, it asks what the operation costs. */
export const COST_HEADER = 'x-graphql-cost';
/** Sent with any value, it asks how the operation is planned. */
export const PLAN_HEADER = 'x-graphql-plan';

/** Bodies remembered whole: what they ask, with their variables and what it costs. */
const MOST_BODIES = 2_000;
const LONGEST_REMEMBERED_BODY = 8_192;

interface KnownBody {
  readonly request: OperationRequest;
  readonly parameters: GraphQLParameters;
}

/**
 * The endpoint for POST and GET: checks of the transport, then the steps of the pipeline. A body that
 * is known to be in order takes the same way; nothing of it waits for anything but who asks.
 */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): HandleRequest {
  const { pipeline, guard, addressOf, verify, limits, streams, origins, writer, logger } = options;
  const { persisted } = guard;
  const bodies = createBoundedCache<string, KnownBody>(MOST_BODIES);

  const refuse = (exchange: Exchange, refusal: Refusal): void => {
    const errors = refusal.told();
    const extensions =
      refusal.cost !== undefined && tellsCost(exchange) ? costTold(refusal.cost) : undefined;
    const body = JSON.stringify({ errors, extensions });
    writer.write(exchange, { ...httpHeadOf(refusal.errors), body });
  };

  const fail = (exchange: Exchange, error: unknown): void => {
    const { incoming, response, requestId } = exchange;
    if (response.headersSent) {
      response.destroy();
    } else if (error instanceof Refusal) {
      refuse(exchange, error);
    } else if (error instanceof RequestFailure) {
      const { status, code, message, headers, extensions } = error;
      writer.write(exchange, { status, headers, body: failureBody(code, message, extensions) });
    } else if (incoming.errored || incoming.destroyed) {
      response.destroy();
    } else {
      logger.error({ err: error, requestId }, 'request failed');
      const body = failureBody('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.', {
        requestId,
      });
      writer.write(exchange, { status: 500, body });
    }
  };

  /** Whatever goes wrong in a step is told to the client of this exchange. */
  const step =
    <Given>(exchange: Exchange, next: (given: Given) => void) =>
    (given: Given): void => {
      try {
        next(given);
      } catch (error) {
        fail(exchange, error);
      }
    };

  /** Who asks is known at once where nobody says so. */
  const withViewer = (
    exchange: Exchange,
    next: (verified: VerifiedViewer | null) => void,
  ): void => {
    const counted = (verified: VerifiedViewer | null): void => {
      throwRefusal(pipeline.admit.viewer(verified?.viewer ?? null));
      next(verified);
    };
    if (exchange.incoming.headers.authorization === undefined) counted(null);
    else {
      viewerOf(exchange.incoming, verify).then(step(exchange, counted), (error) =>
        fail(exchange, error),
      );
    }
  };

  const tellsCost = ({ incoming }: Exchange): boolean =>
    options.tellCost && incoming.headers[COST_HEADER] !== undefined;
  const costTold = (cost: number) => ({ cost: { estimated: cost, limit: guard.limits.cost } });

  const tellsPlan = ({ incoming }: Exchange): boolean =>
    options.tellPlan && incoming.headers[PLAN_HEADER] !== undefined;

  const answer = (
    exchange: Exchange,
    { request, parameters }: KnownBody,
    verified: VerifiedViewer | null,
  ): void => {
    const { address, requestId } = exchange;
    const viewer = verified?.viewer ?? null;
    const isMutation = request.operation.type === OperationTypeNode.MUTATION;
    persisted.accepted(parameters);
    const run = (plan: PlanOutline | null): void => {
      const told = {
        ...(tellsCost(exchange) ? costTold(request.cost) : {}),
        ...(plan ? { plan } : {}),
      };
      const context: GatewayContext = {
        requestId,
        viewer,
        ...(isMutation ? { clientAddress: addressKey(address) } : {}),
        deadlineAt: Date.now() + limits.requestTimeoutMs,
        sharingKey: sharingKeyOf(viewer),
        extensions: tellsCost(exchange) || plan ? told : undefined,
      };
      pipeline.run(request, context, (status, body, isAscii) =>
        writer.write(exchange, { status, body, isAscii }),
      );
    };
    const decided = (refusal: Refusal | null): void => {
      if (refusal) refuse(exchange, refusal);
      else if (!tellsPlan(exchange)) run(null);
      else {
        const outline = preparedFor(request.operation, viewer).outline();
        outline.then(step(exchange, run), (error) => fail(exchange, error));
      }
    };
    const admitted = (): void => {
      const refusal = pipeline.admit.request(request, { address, viewer });
      if (refusal instanceof Promise) {
        refusal.then(step(exchange, decided), (error) => fail(exchange, error));
      } else decided(refusal);
    };
    const confirm = isMutation ? verified?.confirm : undefined;
    if (!confirm) admitted();
    else authentic(confirm).then(step(exchange, admitted), (error) => fail(exchange, error));
  };

  const understand = (
    exchange: Exchange,
    parameters: GraphQLParameters,
    verified: VerifiedViewer | null,
  ): OperationRequest | null => {
    const { incoming } = exchange;
    const operation = pipeline.understand(parameters.query, parameters.operationName);
    const isRefused = operation instanceof Refusal;
    const isSubscription = operation.type === OperationTypeNode.SUBSCRIPTION;
    if (incoming.method === 'GET') {
      // A text that is none runs nothing, and an EventSource is told so like any other client.
      const mayStream = isSubscription || operation.type === undefined;
      const problem = crossSiteProblem(incoming, { isSubscription: mayStream, origins });
      if (problem) throw problem;
    }
    if (isRefused) {
      if (!streams.refuse(operation, exchange)) refuse(exchange, operation);
      return null;
    }
    if (isSubscription) {
      streams
        .stream({ operation, parameters, verified }, exchange)
        .then(step(exchange, assertStreamed), (error) => fail(exchange, error));
      return null;
    }
    assertAcceptsAnswer(incoming.headers.accept);
    if (incoming.method === 'GET' && operation.type !== OperationTypeNode.QUERY) {
      throw new Refusal([onlyQueriesByGet(operation.type)]);
    }
    const request = pipeline.admit.variables(operation, parameters.variables);
    if (!(request instanceof Refusal)) return request;
    refuse(exchange, request);
    return null;
  };

  const ask = (
    exchange: Exchange,
    parameters: GraphQLParameters,
    remember: (known: KnownBody) => void,
  ): void =>
    withViewer(exchange, (verified) => {
      const request = understand(exchange, parameters, verified);
      if (!request) return;
      const known = { request, parameters };
      remember(known);
      answer(exchange, known, verified);
    });

  const askInBody = (exchange: Exchange, body: Buffer): void => {
    const text = textOf(body);
    const known = bodies.get(text);
    const { accept } = exchange.incoming.headers;
    if (known && pipeline.isCurrent(known.request.operation) && answerTypeFor(accept) !== null) {
      withViewer(exchange, (verified) => answer(exchange, known, verified));
      return;
    }
    ask(exchange, parametersInBody(text, limits.jsonDepth, persisted), (known) => {
      if (text.length <= LONGEST_REMEMBERED_BODY) bodies.set(text, known);
    });
  };

  const begin = (exchange: Exchange): void => {
    const { incoming, address } = exchange;
    const { method, rawHeaders } = incoming;
    if (rawHeaders.length > 2 * MAX_HEADERS) {
      throw new RequestFailure(431, 'BAD_REQUEST', `At most ${MAX_HEADERS} headers.`);
    }
    throwRefusal(pipeline.admit.address(address));
    if (method === 'POST') {
      assertJsonContent(incoming);
      collectBody(incoming, limits.bodyBytes, {
        done: step(exchange, (body) => askInBody(exchange, body)),
        failed: (error) => fail(exchange, error),
      });
    } else if (method === 'GET') {
      const parameters = parametersInUrl(incoming, limits.jsonDepth, persisted);
      ask(exchange, parameters, () => {});
    } else throw methodNotAllowed('GET, POST');
  };

  return (incoming, response, requestId) => {
    const exchange = { incoming, response, requestId, address: addressOf(incoming) };
    step(exchange, begin)(exchange);
  };
}

function throwRefusal(refusal: Refusal | null): void {
  if (refusal) throw refusal;
}

function assertStreamed(isStreamed: boolean): void {
  if (isStreamed) return;
  throw new RequestFailure(
    405,
    'OPERATION_NOT_SUPPORTED',
    'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream or multipart/mixed.',
    { allow: 'GET, POST' },
  );
}

const onlyQueriesByGet = (type: OperationTypeNode): GraphQLError =>
  new GraphQLError(`GET requests only support query operations, not ${type} operations`, {
    extensions: {
      code: 'BAD_REQUEST',
      http: { status: 405, headers: new Map([['allow', 'POST']]) },
    },
  });
