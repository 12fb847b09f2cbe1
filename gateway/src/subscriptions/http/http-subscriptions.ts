import type { ServerResponse } from 'node:http';
import type { Logger } from '@souk/runtime';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../../context.ts';
import type { AddressOf } from '../../http/client-address.ts';
import type { StreamSubscription } from '../../http/graphql-endpoint.ts';
import { RequestFailure } from '../../http/request-failure.ts';
import {
  admitSubscription,
  type SubscriptionDeps,
  type SubscriptionEvent,
} from '../federated-subscription.ts';
import type { SessionWatch } from '../session-watch.ts';
import { createCounts } from '../websocket/counts.ts';
import type { SocketLimits } from '../websocket/socket-limits.ts';
import { MULTIPART_START, multipart, type StreamFormat, streamFormatFor } from './stream-format.ts';

export interface HttpSubscriptionsOptions extends SubscriptionDeps {
  limits: SocketLimits;
  eventTimeoutMs: number;
  addressOf: AddressOf;
  sessions: SessionWatch | null;
  logger: Logger;
}

export interface HttpSubscriptions {
  stream: StreamSubscription;
  /** Ends all streams; clients come back with their last cursor. */
  close(): void;
}

/** Subscriptions as one long HTTP response each: server-sent events, or multipart. */
export function createHttpSubscriptions(options: HttpSubscriptionsOptions): HttpSubscriptions {
  const { limits, eventTimeoutMs, addressOf, sessions, logger } = options;
  const perAddress = createCounts(limits.socketsPerAddress);
  const closing = new AbortController();

  const stream: StreamSubscription = async (
    { parameters, verified, requestId },
    request,
    response,
  ) => {
    const format = streamFormatFor(request.headers.accept);
    if (!format) return false;
    const context = (): GatewayContext => ({
      requestId,
      viewer: verified?.viewer ?? null,
      deadlineAt: Date.now() + eventTimeoutMs,
      signal: AbortSignal.timeout(eventTimeoutMs),
    });
    const admitted = admitSubscription({ ...parameters, context }, options);
    if (!('start' in admitted)) {
      begin(response, format, 200);
      response.end(format.end(admitted.map(formatted)));
      return true;
    }
    const ended = new AbortController();
    const unwatch = verified && (await sessions?.watch(verified.viewer, () => ended.abort()));
    const address = addressOf(request);
    if (!perAddress.take(address)) {
      unwatch?.();
      throw new RequestFailure(429, 'RATE_LIMITED', 'Too many connections from here.');
    }
    const stopAt =
      verified &&
      setTimeout(
        () => ended.abort(),
        Math.min(2 ** 31 - 1, verified.expiresAt.getTime() + limits.tokenGraceMs - Date.now()),
      );
    const lastEventId = request.headers['last-event-id'];
    const events = admitted.start(
      typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined,
    );
    const stop = () => void events.return?.();
    const signal = AbortSignal.any([ended.signal, closing.signal]);
    signal.addEventListener('abort', stop, { once: true });
    response.once('close', stop);
    const heartbeat = setInterval(() => response.write(format.heartbeat), limits.keepAliveMs);
    begin(response, format, 200);
    try {
      await writeAll(events, format, response, limits);
    } catch (error) {
      logger.error({ err: error, requestId }, 'a stream failed');
    } finally {
      clearInterval(heartbeat);
      if (stopAt) clearTimeout(stopAt);
      unwatch?.();
      perAddress.give(address);
      // Cut short when it did not end by itself, so that clients come back.
      if (signal.aborted) response.destroy();
      else response.end();
    }
    return true;
  };
  return { stream, close: () => closing.abort() };
}

function begin(response: ServerResponse, format: StreamFormat, status: number): void {
  response.setHeader('content-type', format.contentType);
  // Proxies that buffer would hold events back.
  response.setHeader('x-accel-buffering', 'no');
  response.writeHead(status);
  response.write(format === multipart ? MULTIPART_START : ':\n\n');
}

async function writeAll(
  events: AsyncIterableIterator<SubscriptionEvent>,
  format: StreamFormat,
  response: ServerResponse,
  limits: SocketLimits,
): Promise<void> {
  try {
    for await (const event of events) {
      if (!response.write(format.event(event)) && !(await drained(response, limits))) return;
    }
    response.write(format.end(null));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    response.write(format.end([formatted(error)]));
  }
}

/** Waits for a slow client; one that reads nothing for as long as pings may go unanswered is cut off. */
function drained(response: ServerResponse, { keepAliveMs }: SocketLimits): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isDrained: boolean) => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      if (!isDrained) response.destroy();
      resolve(isDrained);
    };
    const onDrain = () => settle(true);
    const onClose = () => settle(false);
    const timer = setTimeout(onClose, keepAliveMs);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}

function formatted({ message, path, extensions: { http: _, ...extensions } }: GraphQLError) {
  return { message, ...(path ? { path } : {}), extensions };
}
