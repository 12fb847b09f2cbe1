import type { ServerResponse } from 'node:http';
import type { Logger } from '@souk/runtime/process';
import { GraphQLError } from 'graphql';
import { endUnlessUnchanged } from '../../authentication/api-keys.ts';
import type { PersistedOperations } from '../../limits/persisted/persisted-operations.ts';
import { addressKey } from '../../limits/rates/address-key.ts';
import { clientError, httpHeadOf, Refusal } from '../../pipeline/refusal.ts';
import { Cancellation } from '../../subscriptions/cancellation.ts';
import { admitSubscription } from '../../subscriptions/federated-subscription.ts';
import type { OpenInSession, SessionWatch } from '../../subscriptions/session-watch.ts';
import { StreamInterrupted } from '../../subscriptions/stream-interrupted.ts';
import type { SubscriptionDeps } from '../../subscriptions/subscription-client.ts';
import { codesOf, codesOfEnd } from '../../telemetry/error-codes.ts';
import type {
  OperationTelemetry,
  SubscriptionReport,
} from '../../telemetry/operation-telemetry.ts';
import type { GatewayContext } from '../../upstream/context.ts';
import type { Connections } from '../connections.ts';
import { answerTypeFor } from '../http/accepted-types.ts';
import type { AnswerWriter } from '../http/answer-writer.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Streams } from '../http/graphql-endpoint.ts';
import { RequestFailure } from '../http/request-failure.ts';
import type { SocketLimits } from '../socket-limits.ts';
import { eventsInto } from './response-sink.ts';
import { MULTIPART_START, multipart, type StreamFormat, streamFormatFor } from './stream-format.ts';

export interface HttpSubscriptionsOptions extends SubscriptionDeps {
  limits: SocketLimits;
  eventTimeoutMs: number;
  connections: Connections;
  persisted: PersistedOperations;
  writer: AnswerWriter;
  sessions: SessionWatch | null;
  telemetry: OperationTelemetry;
  logger: Logger;
}

export interface HttpSubscriptions extends Streams {
  /** Ends all streams; clients reconnect with their last cursor. */
  close(): void;
}

/** Subscriptions as one long HTTP response each: server-sent events, or multipart. */
export function createHttpSubscriptions(options: HttpSubscriptionsOptions): HttpSubscriptions {
  const { limits, persisted, connections, eventTimeoutMs, sessions, writer, logger } = options;
  const { telemetry } = options;
  const streams = new Set<Cancellation>();
  let isClosed = false;

  const begin = (exchange: Exchange, format: StreamFormat): void => {
    const { response } = exchange;
    writer.begin(exchange);
    response.setHeader('content-type', format.contentType);
    // Proxies that buffer would delay events.
    response.setHeader('x-accel-buffering', 'no');
    response.writeHead(200);
    response.write(format === multipart ? MULTIPART_START : ':\n\n');
    exchange.streaming();
  };

  /** Sends a stream that contains only errors; returns true, as the request has been answered. */
  const endWith = (refusal: Refusal, format: StreamFormat, exchange: Exchange): true => {
    begin(exchange, format);
    exchange.response.end(format.end(refusal.clientErrors()));
    const { errors, type, cost } = refusal;
    const { requestId, startedAt } = exchange;
    const report = {
      requestId,
      startedAt,
      transport: format.name,
      operation: undefined,
      type,
      cost,
    };
    telemetry.answered({ ...report, status: 200, codes: codesOf(errors) });
    return true;
  };

  const stream: Streams['stream'] = async ({ operation, parameters, verified }, exchange) => {
    const { incoming: request, response, requestId, address, trace } = exchange;
    const format = streamFormatFor(request.headers.accept);
    if (!format) return false;
    const context = (): GatewayContext => ({
      requestId,
      viewer: verified?.viewer ?? null,
      payer: addressKey(address),
      deadlineAt: Date.now() + eventTimeoutMs,
      trace,
    });
    const asker = { address, viewer: verified?.viewer ?? null };
    const asked = { ...parameters, context };
    const admitted = await admitSubscription(operation, asked, asker, options);
    if (admitted instanceof Refusal) {
      // A client that exceeds its rate gets a 429 like any other request.
      if (httpHeadOf(admitted.errors).status === 429) throw admitted;
      return endWith(admitted, format, exchange);
    }
    if (isClosed || response.destroyed) return cutOff(response);
    // From here on the client may disconnect at any moment, whatever is being waited for.
    const cancellation = new Cancellation();
    let release = () => {};
    streams.add(cancellation);
    response.once('close', () => {
      streams.delete(cancellation);
      release();
      cancellation.cancel();
    });
    persisted.accepted(parameters);
    const { viewer } = asker;
    const connecting = connections.open(address);
    if (connecting === 'process')
      throw new RequestFailure(503, 'OVERLOADED', 'Too many connections.');
    if (connecting === 'address')
      throw new RequestFailure(429, 'RATE_LIMITED', 'Too many connections from this address.');
    release = () => connecting.closed();
    if (viewer && !connecting.mayBelongTo(viewer.userId))
      throw new RequestFailure(429, 'RATE_LIMITED', 'Too many connections of this account.');
    const sessionId = viewer?.sessionId ?? null;
    const open: OpenInSession = {
      sessionId,
      index: -1,
      revoked: () => cancellation.cancel(),
      reconsider: async (userId, at) => {
        if (userId !== null && userId !== viewer?.userId) return;
        await endUnlessUnchanged(verified?.assertUnchanged, at, () => cancellation.cancel());
      },
    };
    if (viewer) await sessions?.watch(open);
    if (cancellation.isCancelled) {
      sessions?.unwatch(open);
      return cutOff(response);
    }
    const stopAt =
      verified &&
      setTimeout(
        () => cancellation.cancel(),
        Math.min(2 ** 31 - 1, verified.expiresAt.getTime() + limits.tokenGraceMs - Date.now()),
      );
    const lastEventId = request.headers['last-event-id'];
    const after = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined;
    const heartbeat = setInterval(() => response.write(format.heartbeat), limits.keepAliveMs);
    begin(exchange, format);
    const sink = eventsInto(response, format, limits);
    const report: SubscriptionReport = {
      requestId,
      transport: format.name,
      operation,
      cost: admitted.cost,
      startedAt: exchange.startedAt,
    };
    let codes: readonly string[] = [];
    telemetry.subscribed(report);
    try {
      await admitted.run({ sink, cancellation, after });
      if (!cancellation.isCancelled) response.write(format.end(null));
    } catch (error) {
      codes = codesOfEnd(error);
      if (error instanceof StreamInterrupted) cancellation.cancel();
      else if (error instanceof GraphQLError) response.write(format.end([clientError(error)]));
      else logger.error({ err: error, requestId }, 'a stream failed');
    } finally {
      clearInterval(heartbeat);
      if (stopAt) clearTimeout(stopAt);
      sessions?.unwatch(open);
      telemetry.unsubscribed(report, sink.sent, codes);
      // A stream that did not end by itself is cut off, so that its client reconnects.
      if (cancellation.isCancelled) cutOff(response);
      else response.end();
    }
    return true;
  };
  return {
    stream,
    sendRefusal: (refusal, exchange) => {
      const { accept } = exchange.incoming.headers;
      const format = streamFormatFor(accept);
      if (!format || answerTypeFor(accept) !== null) return false;
      return endWith(refusal, format, exchange);
    },
    close: () => {
      isClosed = true;
      for (const cancellation of streams) cancellation.cancel();
    },
  };
}

/**
 * Ends a response without a completion message, so that the client reconnects; returns true, as the request
 * has been answered.
 */
function cutOff(response: ServerResponse): true {
  response.destroy();
  return true;
}
