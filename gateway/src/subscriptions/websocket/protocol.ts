import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import type { GatewayContext } from '../../context.ts';
import type { Rates } from '../../protection/rates/rates.ts';
import { rateError } from '../../protection/rates/refusal.ts';
import { tokenInPayload, type VerifyAccessToken } from '../../viewer.ts';
import type { EncodedEvent } from '../encoded-event.ts';
import {
  type AdmittedSubscription,
  admitSubscription,
  type SubscriptionDeps,
} from '../federated-subscription.ts';
import type { LiveSink } from '../live-sink.ts';
import type { Connection } from './connection.ts';
import type { Outbox } from './outbox.ts';
import type { SocketLimits } from './socket-limits.ts';

export interface ProtocolExtra {
  readonly connection: Connection;
  readonly outbox: Outbox;
  readonly address: string;
  /** Refuses a viewer who has too many connections; counts them otherwise. */
  mayConnectAs(userId: string): boolean;
}

export interface ProtocolOptions extends SubscriptionDeps {
  verify: VerifyAccessToken;
  limits: SocketLimits;
  rates: Rates;
  /** Milliseconds to complete one event with what other subgraphs know. */
  eventTimeoutMs: number;
}

/** graphql-transport-ws (graphql-ws's PROTOCOL.md) for subscriptions alone. */
export function createProtocol(options: ProtocolOptions): Server<ProtocolExtra> {
  const { verify, limits, rates, eventTimeoutMs } = options;
  return makeServer<Record<string, unknown>, ProtocolExtra>({
    connectionInitWaitTimeout: limits.initTimeoutMs,
    onConnect: async ({ connectionParams, extra: { connection, mayConnectAs } }) => {
      try {
        const token = tokenInPayload(connectionParams);
        if (token === null) return true;
        const verified = await verify(token);
        if (!mayConnectAs(verified.viewer.userId)) return false;
        await connection.signIn(verified);
        return true;
      } catch {
        return false;
      }
    },
    onSubscribe: async ({ subscriptions, extra }, id, payload) => {
      if (Object.keys(subscriptions).length > limits.subscriptionsPerSocket) {
        return [tooManySubscriptions(limits.subscriptionsPerSocket)];
      }
      const { connection, outbox, address } = extra;
      const requestId = `${connection.id}-${id}`;
      const { operationName, variables, extensions } = payload;
      const operation = options.guard.persisted.resolve({
        query: payload.query,
        extensions: extensions ?? undefined,
      });
      if (operation instanceof GraphQLError) return [operation];
      const { query } = operation;
      const context = () => contextOf(connection, requestId, eventTimeoutMs);
      const admitted = admitSubscription(
        { query, operationName: operationName ?? undefined, variables: variables ?? {}, context },
        options,
      );
      if (!('run' in admitted)) return admitted as GraphQLError[];
      const { viewer } = connection;
      const tooOften = await rates.admitSubscription({ ...admitted.use, address, viewer }, true);
      if (tooOften) return [rateError(tooOften)];
      options.guard.persisted.accepted(operation);
      return {
        schema: options.supergraph().engine.apiSchema,
        document: admitted.use.document,
        operationName: payload.operationName,
        contextValue: { admitted, sink: nextMessages(id, outbox) } satisfies Running,
      };
    },
    subscribe: ({ contextValue }) => {
      const { admitted, sink } = contextValue as Running;
      return untilEnded((signal) => admitted.run({ sink, signal }));
    },
    onError: (_context, _id, _payload, errors) =>
      errors.map(({ message, path, extensions: { http: _, ...extensions } }) => ({
        message,
        ...(path ? { path } : {}),
        extensions,
      })),
  });
}

/** A subscription under way, and where its events go: straight to the socket, made once for many. */
interface Running {
  readonly admitted: AdmittedSubscription;
  readonly sink: LiveSink;
}

const END_OF_MESSAGE = Buffer.from('}');

/** Writes events as `next` messages of a subscription. */
function nextMessages(id: string, outbox: Outbox): LiveSink {
  const start = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  return {
    write: (event) => outbox.write([start, event.as(jsonOf, jsonOf), END_OF_MESSAGE]),
    room: outbox.room,
  };
}

const jsonOf = ({ json }: EncodedEvent) => json;

/** What the protocol waits for: nothing comes of it but the end. */
function untilEnded(run: (signal: AbortSignal) => Promise<void>): AsyncIterableIterator<never> {
  const stopped = new AbortController();
  const done = { done: true, value: undefined } as const;
  return {
    next: () => run(stopped.signal).then(() => done),
    return: async () => {
      stopped.abort();
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const contextOf = (
  { viewer }: Connection,
  requestId: string,
  timeoutMs: number,
): GatewayContext => ({
  requestId,
  viewer,
  deadlineAt: Date.now() + timeoutMs,
  signal: AbortSignal.timeout(timeoutMs),
});

const tooManySubscriptions = (limit: number) =>
  new GraphQLError(`At most ${limit} subscriptions on one connection.`, {
    extensions: { code: 'SUBSCRIPTION_LIMIT' },
  });
