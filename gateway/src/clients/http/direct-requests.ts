import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Viewer } from '@souk/runtime';
import { OperationTypeNode } from 'graphql';
import type { VerifyAccessToken } from '../../authentication/viewer.ts';
import { type GatewayContext, sharingKeyOf } from '../../context.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Rates } from '../../limits/rates/rates.ts';
import type { RateRefusal } from '../../limits/rates/refusal.ts';
import { answerTypeFor } from './accepted-types.ts';
import type { AddressOf } from './client-address.ts';
import type { DirectLane, KnownRequest } from './direct-lane.ts';
import { viewerOf } from './graphql-endpoint.ts';
import type { Origins } from './origins.ts';
import { createOutputBuffers } from './output-buffers.ts';

export interface DirectRequestsOptions {
  readonly lane: DirectLane;
  readonly verify: VerifyAccessToken;
  readonly rates: Rates;
  readonly addressOf: AddressOf;
  readonly origins: Origins;
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestTimeoutMs: number;
}

/** Goes the long way, with the body if it was read already. */
export type LongWay = (body?: Buffer) => void;

export type DirectRequests = (
  incoming: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  longWay: LongWay,
) => boolean;

/**
 * Serves requests over the direct lane with as little around them as HTTP allows: no promises, no
 * timers, headers as one list. False when the request has not been touched.
 */
export function createDirectRequests(options: DirectRequestsOptions): DirectRequests {
  const { lane, verify, rates, addressOf, origins, requestTimeoutMs } = options;
  const headers = Object.entries(options.headers).flat();
  const buffers = createOutputBuffers();

  /** The long way has the words for it, and does not count the request again. */
  const goOn = (request: Served, decision: RateRefusal | null): void => {
    rates.decide(request.incoming, decision);
    request.longWay(request.body);
  };

  const admit = (request: Served, known: KnownRequest, viewer: Viewer | null): void => {
    const { address, longWay, body } = request;
    const { operation, variables, cost } = known;
    const { document, definition } = operation;
    const refusal =
      rates.admitViewer(viewer) ??
      rates.admitOperation({ address, viewer, document, operation: definition, variables, cost });
    if (refusal === null) answer(request, known, viewer);
    else if (refusal instanceof Promise) {
      refusal.then(
        (late) => (late ? goOn(request, late) : answer(request, known, viewer)),
        () => longWay(body),
      );
    } else goOn(request, refusal);
  };

  const answer = (request: Served, known: KnownRequest, viewer: Viewer | null): void => {
    const context: GatewayContext = {
      requestId: request.requestId,
      viewer,
      ...(known.operation.definition.operation === OperationTypeNode.MUTATION
        ? { clientAddress: addressKey(request.address) }
        : {}),
      deadlineAt: Date.now() + requestTimeoutMs,
      sharingKey: sharingKeyOf(viewer),
    };
    lane.answer(known, context, (status, body, isAscii) => {
      // Refused before anything ran, e.g. for its variables: let the long way say why.
      if (status === 400) goOn(request, null);
      else write(request, status, body, isAscii);
    });
  };

  const write = (request: Served, status: number, body: string, isAscii: boolean): void => {
    const { incoming, response, requestId } = request;
    const length = isAscii ? body.length : Buffer.byteLength(body);
    response.writeHead(status, [
      ...headers,
      'x-request-id',
      requestId,
      ...Object.entries(origins.corsHeaders(incoming)).flat(),
      'content-type',
      `${answerTypeFor(incoming.headers.accept)}; charset=utf-8`,
      'content-length',
      String(length),
    ]);
    if (length < LARGE) {
      response.end(body, isAscii ? 'latin1' : 'utf8');
      return;
    }
    const { bytes, release } = buffers.fill(body, length, isAscii);
    response.end(bytes, release);
  };

  return (incoming, response, requestId, longWay) => {
    if (!lane.suits(incoming)) return false;
    collectBody(incoming, (body) => {
      const known = lane.find(body);
      if (!known) return longWay(body);
      const address = addressOf(incoming);
      const request: Served = { incoming, response, requestId, address, body, longWay };
      const refusal = rates.admitAddress(address);
      if (refusal) return goOn(request, refusal);
      if (incoming.headers.authorization === undefined) return admit(request, known, null);
      viewerOf(incoming, verify).then(
        (verified) => {
          const { definition } = known.operation;
          // The long way makes certain that the session has not just ended.
          if (verified?.confirm && definition.operation === OperationTypeNode.MUTATION)
            goOn(request, null);
          else admit(request, known, verified?.viewer ?? null);
        },
        () => goOn(request, null),
      );
    });
    return true;
  };
}

interface Served {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly address: string;
  readonly body: Buffer;
  readonly longWay: LongWay;
}

/** Collects a body that says its length, without the cost of a stream's iterator. */
function collectBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () =>
    done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
  );
  // A request that breaks off has nobody left to answer.
  request.on('error', () => {});
}

/** From this length on it pays to encode an answer into a kept buffer. */
const LARGE = 16_384;
