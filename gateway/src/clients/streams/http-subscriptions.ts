import type { ServerResponse } from 'node:http';
import type { Logger } from '@souk/runtime';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../../context.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import type { Rates } from '../../limits/rates/rates.ts';
import { rateFailure } from '../../limits/rates/refusal.ts';
import { Departure } from '../../subscriptions/departure.ts';
import {
  admitSubscription,
  type SubscriptionDeps,
} from '../../subscriptions/federated-subscription.ts';
import { StreamInterrupted } from '../../subscriptions/not-now.ts';
import type { SessionWatch } from '../../subscriptions/session-watch.ts';
import type { Connections } from '../connections.ts';
import { answerTypeFor } from '../http/accepted-types.ts';
import type { AddressOf } from '../http/client-address.ts';
import type { Streams } from '../http/graphql-endpoint.ts';
import { RequestFailure } from '../http/request-failure.ts';
import type { SocketLimits } from '../socket-limits.ts';
import { toldError } from '../told-error.ts';
import { eventsInto } from './response-sink.ts';
import { MULTIPART_START, multipart, type StreamFormat, streamFormatFor } from './stream-format.ts';

export interface HttpSubscriptionsOptions extends SubscriptionDeps {
  limits: SocketLimits;
  eventTimeoutMs: number;
  addressOf: AddressOf;
  connections: Connections;
  rates: Rates;
  sessions: SessionWatch | null;
  logger: Logger;
}

export interface HttpSubscriptions extends Streams {
  /** Ends all streams; clients come back with their last cursor. */
  close(): void;
}

/** Subscriptions as one long HTTP response each: server-sent events, or multipart. */
export function createHttpSubscriptions(options: HttpSubscriptionsOptions): HttpSubscriptions {
  const { limits, rates, connections, eventTimeoutMs, addressOf, sessions, logger } = options;
  const streams = new Set<Departure>();
  let isClosed = false;

  const stream: Streams['stream'] = async (
    { parameters, verified, requestId },
    request,
    response,
  ) => {
    const format = streamFormatFor(request.headers.accept);
    if (!format) return false;
    const context = (): GatewayContext => ({
      requestId,
      viewer: verified?.viewer ?? null,
      payer: addressKey(addressOf(request)),
      deadlineAt: Date.now() + eventTimeoutMs,
    });
    const admitted = await admitSubscription({ ...parameters, context }, options);
    if (!('run' in admitted)) return endWith(admitted, format, response);
    if (isClosed || response.destroyed) return cutOff(response);
    // From here on the client may leave at any moment, whatever is being waited for.
    const ended = new Departure();
    let release = () => {};
    streams.add(ended);
    response.once('close', () => {
      streams.delete(ended);
      release();
      ended.leave();
    });
    options.guard.persisted.accepted(parameters);
    const address = addressOf(request);
    const viewer = verified?.viewer ?? null;
    const tooOften = await rates.admitSubscription({ ...admitted.use, address, viewer }, false);
    if (ended.hasLeft) return cutOff(response);
    if (tooOften) throw rateFailure(tooOften);
    const connecting = connections.open(address);
    if (connecting === 'process')
      throw new RequestFailure(503, 'OVERLOADED', 'Too many connections.');
    if (connecting === 'address')
      throw new RequestFailure(429, 'RATE_LIMITED', 'Too many connections from here.');
    release = () => connecting.closed();
    if (viewer && !connecting.mayBelongTo(viewer.userId))
      throw new RequestFailure(429, 'RATE_LIMITED', 'Too many connections of this account.');
    const sessionId = viewer?.sessionId ?? null;
    const open = { sessionId, revoked: () => ended.leave(), place: -1 };
    if (viewer) await sessions?.watch(open);
    if (ended.hasLeft) {
      sessions?.unwatch(open);
      return cutOff(response);
    }
    const stopAt =
      verified &&
      setTimeout(
        () => ended.leave(),
        Math.min(2 ** 31 - 1, verified.expiresAt.getTime() + limits.tokenGraceMs - Date.now()),
      );
    const lastEventId = request.headers['last-event-id'];
    const after = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined;
    const heartbeat = setInterval(() => response.write(format.heartbeat), limits.keepAliveMs);
    begin(response, format, 200);
    try {
      await admitted.run({ sink: eventsInto(response, format, limits), departure: ended, after });
      if (!ended.hasLeft) response.write(format.end(null));
    } catch (error) {
      if (error instanceof StreamInterrupted) ended.leave();
      else if (error instanceof GraphQLError) response.write(format.end([toldError(error)]));
      else logger.error({ err: error, requestId }, 'a stream failed');
    } finally {
      clearInterval(heartbeat);
      if (stopAt) clearTimeout(stopAt);
      sessions?.unwatch(open);
      // Cut short when it did not end by itself, so that clients come back.
      if (ended.hasLeft) cutOff(response);
      else response.end();
    }
    return true;
  };
  return {
    stream,
    refuse: (errors, request, response) => {
      const { accept } = request.headers;
      const format = streamFormatFor(accept);
      if (!format || answerTypeFor(accept) !== null) return false;
      return endWith(errors, format, response);
    },
    close: () => {
      isClosed = true;
      for (const ended of streams) ended.leave();
    },
  };
}

/** A stream of errors alone; true: the request was dealt with. */
function endWith(
  errors: readonly GraphQLError[],
  format: StreamFormat,
  response: ServerResponse,
): true {
  begin(response, format, 200);
  response.end(format.end(errors.map(toldError)));
  return true;
}

/** Ends a response without a farewell, so that the client comes back; true: it was dealt with. */
function cutOff(response: ServerResponse): true {
  response.destroy();
  return true;
}

function begin(response: ServerResponse, format: StreamFormat, status: number): void {
  response.setHeader('content-type', format.contentType);
  // Proxies that buffer would hold events back.
  response.setHeader('x-accel-buffering', 'no');
  response.writeHead(status);
  response.write(format === multipart ? MULTIPART_START : ':\n\n');
}
