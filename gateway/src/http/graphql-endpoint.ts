import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Logger } from '@souk/runtime';
import { type DocumentNode, type GraphQLError, OperationTypeNode } from 'graphql';
import { type GatewayContext, sharingKeyOf } from '../context.ts';
import { operationOf } from '../executor.ts';
import type { OperationGuard } from '../protection/guard.ts';
import type { Rates } from '../protection/rates/rates.ts';
import { type RateRefusal, rateFailure } from '../protection/rates/refusal.ts';
import { bearerTokenOf, type VerifiedViewer, type VerifyAccessToken } from '../viewer.ts';
import type { AddressOf } from './client-address.ts';
import type { DirectLane } from './direct-lane.ts';
import { isNestedDeeperThan } from './json-depth.ts';
import {
  assertJsonContent,
  type GraphQLParameters,
  parametersOf,
  readText,
  textOf,
} from './read-body.ts';
import {
  badRequest,
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

/** Answers a subscription as a stream; false when the client accepts none of its forms. */
export type StreamSubscription = (
  subscription: HttpSubscription,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<boolean>;

export interface GraphQLEndpointOptions {
  apollo: ApolloServer<GatewayContext>;
  guard: OperationGuard;
  rates: Rates;
  addressOf: AddressOf;
  verify: VerifyAccessToken;
  limits: HttpLimits;
  stream: StreamSubscription;
  lane: DirectLane;
  logger: Logger;
}

/** `body` is given when it has been read already. */
export type HandleRequest = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  body?: Buffer,
) => Promise<void>;

/** Queries and mutations over HTTP: checks of the transport, then Apollo Server. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): HandleRequest {
  const { apollo, guard, rates, addressOf, verify, limits, stream, lane, logger } = options;

  return async (request, response, requestId, bodyBytes) => {
    const address = addressOf(request);
    const decision = rates.decisionOn(request);
    const isCounted = decision !== undefined;
    refuseAbove(isCounted ? decision : rates.admitAddress(address));
    const parameters = await read(request, options, bodyBytes);
    const verified = await viewerOf(request, verify);
    if (!isCounted) refuseAbove(rates.admitViewer(verified?.viewer ?? null));
    const document = guard.parse(parameters.query);
    if (!('definitions' in document)) return refuse(response, document);
    const operation = operationOf(document, parameters.operationName);
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      if (await stream({ parameters, document, verified, requestId }, request, response)) return;
      throw new RequestFailure(
        405,
        'OPERATION_NOT_SUPPORTED',
        'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream or multipart/mixed.',
        { allow: 'GET, POST' },
      );
    }
    assertAcceptsJson(request);

    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), limits.requestTimeoutMs);
    const viewer = verified?.viewer ?? null;
    const contextValue: GatewayContext = {
      requestId,
      viewer,
      address: isCounted ? undefined : address,
      signal: deadline.signal,
      deadlineAt: Date.now() + limits.requestTimeoutMs,
      sharingKey: sharingKeyOf(viewer),
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
        lane.learn(request, parameters, document, answer.headers.get('content-type') ?? '');
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
    return parametersOf(jsonOf(text, limits.jsonDepth), persisted);
  }
  if (request.method !== 'GET') throw methodNotAllowed('GET, POST');
  const search = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const json = (name: string) => {
    const text = search.get(name);
    return text === null ? undefined : jsonOf(text, limits.jsonDepth);
  };
  assertNotFromForeignPage(request);
  const asked = {
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return parametersOf(asked, persisted);
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

/** Headers that a web page cannot send to another origin without asking first (a preflight). */
const PREFLIGHT_HEADERS = ['apollo-require-preflight', 'x-apollo-operation-name'];

function assertNotFromForeignPage({ headers }: IncomingMessage): void {
  const preflighted =
    PREFLIGHT_HEADERS.some((name) => headers[name]) ||
    headers['content-type']?.startsWith('application/json') ||
    headers.accept?.includes('text/event-stream');
  if (!preflighted) {
    throw badRequest(
      `A GET needs one of the headers ${PREFLIGHT_HEADERS.join(', ')}, against cross-site requests.`,
    );
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
  try {
    const token = bearerTokenOf(request.headers.authorization);
    return token === null ? null : await verify(token);
  } catch {
    throw unauthenticated();
  }
}

const ANSWER_TYPES = [
  'application/json',
  'application/graphql-response+json',
  'application/*',
  '*/*',
];

/** Checked before anything runs: a mutation must not be done and then not be answered. */
function assertAcceptsJson({ headers }: IncomingMessage): void {
  const { accept } = headers;
  if (!accept) return;
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase() ?? '');
  if (!types.some((type) => ANSWER_TYPES.includes(type))) {
    throw new RequestFailure(
      406,
      'NOT_ACCEPTABLE',
      `Answers are ${ANSWER_TYPES.slice(0, 2).join(' or ')}.`,
    );
  }
}

/** What Apollo Server decides by: what the client accepts, and what it sent. */
function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const name of ['accept', 'content-type'] as const) {
    const value = headers[name];
    if (value) map.set(name, value);
  }
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
  const errors = problems.map((error) => {
    const { http: _, ...extensions } = error.extensions;
    return { ...error.toJSON(), extensions };
  });
  send(response, 400, JSON.stringify({ errors }));
}

export function send(response: ServerResponse, status: number, body: string): void {
  if (!response.hasHeader('content-type')) {
    response.setHeader('content-type', 'application/json; charset=utf-8');
  }
  response.writeHead(status, { 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
