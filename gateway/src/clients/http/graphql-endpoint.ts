import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { keepNumbers, operationOf } from '@souk/engine';
import type { Logger } from '@souk/runtime';
import { type DocumentNode, type GraphQLError, OperationTypeNode } from 'graphql';
import { IdentityUnavailable } from '../../authentication/identity-unavailable.ts';
import {
  bearerTokenOf,
  type VerifiedViewer,
  type VerifyAccessToken,
} from '../../authentication/viewer.ts';
import { type GatewayContext, sharingKeyOf } from '../../context.ts';
import type { OperationGuard } from '../../limits/guard.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Rates } from '../../limits/rates/rates.ts';
import { type RateRefusal, rateFailure } from '../../limits/rates/refusal.ts';
import { toldError } from '../told-error.ts';
import { answerTypeFor, assertAcceptsAnswer } from './accepted-types.ts';
import type { AddressOf } from './client-address.ts';
import { crossSiteProblem } from './cross-site.ts';
import type { DirectLane } from './direct-lane.ts';
import { isNestedDeeperThan } from './json-depth.ts';
import type { Origins } from './origins.ts';
import {
  assertJsonContent,
  type GraphQLParameters,
  parametersOf,
  readText,
  textOf,
} from './read-body.ts';
import {
  badRequest,
  identityUnavailable,
  methodNotAllowed,
  RequestFailure,
  unauthenticated,
} from './request-failure.ts';

export interface HttpLimits {
  bodyBytes: number;
  /** Nesting of the JSON body. */
  jsonDepth: number;
  /** Milliseconds until a request is answered, whatever is missing. */
  requestTimeoutMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyBytes: 262_144,
  jsonDepth: 32,
  requestTimeoutMs: 5_000,
};

/** A subscription that a client asked for over HTTP. */
export interface HttpSubscription {
  readonly parameters: GraphQLParameters;
  readonly document: DocumentNode;
  readonly verified: VerifiedViewer | null;
  readonly requestId: string;
}

/** How subscriptions are answered; each says false when the client accepts none of the forms. */
export interface Streams {
  stream(
    subscription: HttpSubscription,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean>;
  /** Tells a client that accepts nothing but a stream, in one, why there is none. */
  refuse(
    errors: readonly GraphQLError[],
    request: IncomingMessage,
    response: ServerResponse,
  ): boolean;
}

export interface GraphQLEndpointOptions {
  apollo: ApolloServer<GatewayContext>;
  guard: OperationGuard;
  rates: Rates;
  addressOf: AddressOf;
  verify: VerifyAccessToken;
  limits: HttpLimits;
  streams: Streams;
  origins: Pick<Origins, 'mayConnect'>;
  lane: DirectLane;
  /** Tell who asks for it what an operation costs. */
  tellCost: boolean;
  logger: Logger;
}

/** `body` is given when it has been read already. */
export type HandleRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  body?: Buffer,
) => Promise<void>;

/** Sent with any value, it asks what the operation costs. */
export const COST_HEADER = 'x-graphql-cost';

/** Queries and mutations over HTTP: checks of the transport, then Apollo Server. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): HandleRequest {
  const {
    apollo,
    guard,
    rates,
    addressOf,
    verify,
    limits,
    streams,
    origins,
    lane,
    tellCost,
    logger,
  } = options;

  return async (request, response, requestId, bodyBytes) => {
    const address = addressOf(request);
    const decision = rates.decisionOn(request);
    const isCounted = decision !== undefined;
    refuseAbove(isCounted ? decision : rates.admitAddress(address));
    const parameters = await read(request, options, bodyBytes);
    const verified = await viewerOf(request, verify);
    if (!isCounted) refuseAbove(rates.admitViewer(verified?.viewer ?? null));
    const document = guard.parse(parameters.query);
    const operation =
      'definitions' in document ? operationOf(document, parameters.operationName) : null;
    const isSubscription = operation?.operation === OperationTypeNode.SUBSCRIPTION;
    if (request.method === 'GET') {
      // A text that is none runs nothing, and an EventSource is told so like any other client.
      const mayStream = isSubscription || !('definitions' in document);
      const problem = crossSiteProblem(request, { isSubscription: mayStream, origins });
      if (problem) throw problem;
    }
    if (!('definitions' in document)) {
      if (!streams.refuse(document, request, response)) refuse(response, document);
      return;
    }
    if (isSubscription) {
      const subscription = { parameters, document, verified, requestId };
      if (await streams.stream(subscription, request, response)) return;
      throw new RequestFailure(
        405,
        'OPERATION_NOT_SUPPORTED',
        'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream or multipart/mixed.',
        { allow: 'GET, POST' },
      );
    }
    assertAcceptsAnswer(request.headers.accept);

    if (operation?.operation === OperationTypeNode.MUTATION) {
      await authentic(async () => verified?.confirm?.());
    }
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), limits.requestTimeoutMs);
    const viewer = verified?.viewer ?? null;
    const contextValue: GatewayContext = {
      requestId,
      viewer,
      address: isCounted ? undefined : address,
      ...(operation?.operation === OperationTypeNode.MUTATION
        ? { clientAddress: addressKey(address) }
        : {}),
      signal: deadline.signal,
      deadlineAt: Date.now() + limits.requestTimeoutMs,
      sharingKey: sharingKeyOf(viewer),
      tellsCost: tellCost && request.headers[COST_HEADER] !== undefined,
      variables: parameters.variables,
    };
    try {
      const answer = await Promise.race([
        apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: request.method ?? 'POST',
            headers: headersOf(request),
            ...asApolloReads(request, parameters),
          },
          context: async () => contextValue,
        }),
        rejectSoonAfter(deadline.signal),
      ]);
      for (const [name, value] of answer.headers) response.setHeader(name, value);
      const body = answer.body.kind === 'complete' ? answer.body.string : '';
      if ((answer.status ?? 200) === 200) guard.persisted.accepted(parameters);
      if (request.method === 'POST' && body.startsWith('{"data":')) {
        void lane.learn(parameters, document);
      }
      send(response, answer.status ?? 200, body);
    } catch (error) {
      if (!(error instanceof RequestFailure))
        logger.error({ err: error, requestId }, 'request failed');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };
}

function refuseAbove(refusal: RateRefusal | null): void {
  if (refusal) throw rateFailure(refusal);
}

async function read(
  request: IncomingMessage,
  { guard: { persisted }, limits }: GraphQLEndpointOptions,
  body: Buffer | undefined,
): Promise<GraphQLParameters> {
  if (request.method === 'POST') {
    assertJsonContent(request);
    const text = body ? textOf(body) : await readText(request, limits.bodyBytes);
    return parametersOf(jsonOf(text, limits.jsonDepth), persisted, (variables) =>
      keepNumbers(variables, text, ['variables']),
    );
  }
  if (request.method !== 'GET') throw methodNotAllowed('GET, POST');
  const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const json = (name: string) => {
    const text = search.get(name);
    return text === null ? undefined : jsonOf(text, limits.jsonDepth);
  };
  const asked = {
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return parametersOf(asked, persisted, (variables) =>
    keepNumbers(variables, search.get('variables') ?? ''),
  );
}

function jsonOf(text: string, maxDepth: number): unknown {
  if (isNestedDeeperThan(text, maxDepth)) {
    throw badRequest(`The JSON is nested more than ${maxDepth} levels deep.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

/** Who asks. A token that is no good refuses the whole request, always in the same words. */
export async function viewerOf(
  request: IncomingMessage,
  verify: VerifyAccessToken,
): Promise<VerifiedViewer | null> {
  const given = request.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization',
  );
  if (given.length > 1) throw badRequest('More than one Authorization header.');
  return authentic(async () => {
    const token = bearerTokenOf(request.headers.authorization);
    return token === null ? null : verify(token);
  });
}

/** Tells "you are not signed in" from "nobody can say right now", which is worth another try. */
async function authentic<Result>(check: () => Promise<Result>): Promise<Result> {
  try {
    return await check();
  } catch (error) {
    throw error instanceof IdentityUnavailable ? identityUnavailable() : unauthenticated();
  }
}

/** What Apollo Server decides by: the type that was chosen for the client, and what it sent. */
function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  const type = answerTypeFor(headers.accept);
  if (type !== null) map.set('accept', type);
  const sent = headers['content-type'];
  if (sent) map.set('content-type', sent);
  return map;
}

/** The operation by its text, where Apollo Server looks for it; a key that is there must have a value. */
function asApolloReads(
  { method }: IncomingMessage,
  { query, operationName, variables }: GraphQLParameters,
) {
  const named: Record<string, string> = operationName === undefined ? {} : { operationName };
  if (method !== 'GET') return { search: '', body: { query, variables, ...named } };
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables), ...named });
  return { search: `?${search}`, body: undefined };
}

/** The engine gives what it has at the deadline; this is for what does not listen to it. */
const GRACE_MS = 250;

function rejectSoonAfter(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    deadline.addEventListener(
      'abort',
      () => {
        const failure = new RequestFailure(504, 'SERVICE_UNAVAILABLE', 'The answer took too long.');
        setTimeout(() => reject(failure), GRACE_MS).unref();
      },
      { once: true },
    );
  });
}

function refuse(response: ServerResponse, problems: readonly GraphQLError[]): void {
  send(response, 400, JSON.stringify({ errors: problems.map(toldError) }));
}

export function send(response: ServerResponse, status: number, body: string): void {
  if (!response.hasHeader('content-type')) {
    response.setHeader('content-type', 'application/json; charset=utf-8');
  }
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
