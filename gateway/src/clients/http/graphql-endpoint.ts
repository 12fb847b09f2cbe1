import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBoundedCache } from '@souk/engine';
import type { Logger } from '@souk/runtime/process';
import type { VerifiedViewer, VerifyAccessToken } from '../../authentication/viewer.ts';
import type { OperationGuard } from '../../limits/guard.ts';
import type { Operation, OperationRequest } from '../../pipeline/operation.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Refusal } from '../../pipeline/refusal.ts';
import type { OperationTelemetry } from '../../telemetry/operation-telemetry.ts';
import type { SocketLimits } from '../socket-limits.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { AddressOf } from './client-of-request.ts';
import type { Exchange } from './exchange.ts';
import { GraphQLExchange } from './graphql-exchange.ts';
import type { HttpLimits } from './http-limits.ts';
import type { Origins } from './origins.ts';
import type { GraphQLParameters } from './read-body.ts';

/** A subscription that a client asked for over HTTP. */
export interface HttpSubscription {
  readonly operation: Operation;
  readonly parameters: GraphQLParameters;
  readonly verified: VerifiedViewer | null;
}

/**
 * How subscriptions are answered; each method returns false when the client accepts none of the stream
 * formats.
 */
export interface Streams {
  stream(subscription: HttpSubscription, exchange: Exchange): Promise<boolean>;
  /** Tells a client that accepts only a stream, by a stream, why it is refused. */
  sendRefusal(refusal: Refusal, exchange: Exchange): boolean;
}

export interface GraphQLEndpointOptions {
  pipeline: Pipeline;
  guard: OperationGuard;
  addressOf: AddressOf;
  verify: VerifyAccessToken;
  limits: HttpLimits;
  /** How much of an answer in parts may wait for a slow client, and for how long. */
  streamLimits: SocketLimits;
  streams: Streams;
  origins: Pick<Origins, 'mayConnect'>;
  writer: AnswerWriter;
  /** Tell clients who ask for it what an operation costs and how it is planned. */
  exposeCost: boolean;
  exposePlan: boolean;
  telemetry: OperationTelemetry;
  logger: Logger;
}

/** Whole request bodies that were valid, with what they ask for, their variables and the cost; long ones are not kept. */
export interface KnownBodies {
  get(text: string): KnownBody | undefined;
  set(text: string, known: KnownBody): void;
}

export interface KnownBody {
  readonly request: OperationRequest;
  readonly parameters: GraphQLParameters;
}

/** What all exchanges of an endpoint share. */
export interface Endpoint extends GraphQLEndpointOptions {
  readonly bodies: KnownBodies;
}

export type HandleRequest = (
  incoming: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => void;

const MOST_BODIES = 2_000;
const LONGEST_REMEMBERED_BODY = 8_192;

function createKnownBodies(): KnownBodies {
  const bodies = createBoundedCache<string, KnownBody>(MOST_BODIES);
  return {
    get: bodies.get,
    set: (text, known) => {
      if (text.length <= LONGEST_REMEMBERED_BODY) bodies.set(text, known);
    },
  };
}

/** The endpoint for POST and GET: the checks of the transport, then the steps of the pipeline. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): HandleRequest {
  const { addressOf } = options;
  const endpoint: Endpoint = { ...options, bodies: createKnownBodies() };
  return (incoming, response, requestId) =>
    new GraphQLExchange(endpoint, incoming, response, requestId, addressOf(incoming)).begin();
}
