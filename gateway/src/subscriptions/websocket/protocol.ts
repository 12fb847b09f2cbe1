import { GraphQLError } from 'graphql';
import { makeServer, type Server } from 'graphql-ws';
import type { GatewayContext } from '../../context.ts';
import { tokenInPayload, type VerifyAccessToken } from '../../viewer.ts';
import {
  type AdmittedSubscription,
  admitSubscription,
  type SubscriptionDeps,
  type SubscriptionEvent,
} from '../federated-subscription.ts';
import type { Connection } from './connection.ts';
import type { SocketLimits } from './socket-limits.ts';

export interface ProtocolExtra {
  readonly connection: Connection;
  /** Refuses a viewer who has too many connections; counts them otherwise. */
  mayConnectAs(userId: string): boolean;
}

export interface ProtocolOptions extends SubscriptionDeps {
  verify: VerifyAccessToken;
  limits: SocketLimits;
  /** Milliseconds to complete one event with what other subgraphs know. */
  eventTimeoutMs: number;
}

/** graphql-transport-ws (graphql-ws's PROTOCOL.md) for subscriptions alone. */
export function createProtocol(options: ProtocolOptions): Server<ProtocolExtra> {
  const { verify, limits, eventTimeoutMs } = options;
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
    onSubscribe: ({ subscriptions, extra: { connection } }, id, payload) => {
      if (Object.keys(subscriptions).length > limits.subscriptionsPerSocket) {
        return [tooManySubscriptions(limits.subscriptionsPerSocket)];
      }
      const requestId = `${connection.id}-${id}`;
      const { query, operationName, variables } = payload;
      const context = () => contextOf(connection, requestId, eventTimeoutMs);
      const admitted = admitSubscription(
        { query, operationName: operationName ?? undefined, variables: variables ?? {}, context },
        options,
      );
      if (!('start' in admitted)) return admitted as GraphQLError[];
      return {
        schema: options.supergraph().engine.apiSchema,
        document: admitted.document,
        operationName: payload.operationName,
        contextValue: admitted,
      };
    },
    subscribe: ({ contextValue }) => (contextValue as AdmittedSubscription).start() as never,
    onNext: (_context, _id, _payload, _args, event) =>
      (event as unknown as SubscriptionEvent).result as never,
    onError: (_context, _id, _payload, errors) =>
      errors.map(({ message, path, extensions: { http: _, ...extensions } }) => ({
        message,
        ...(path ? { path } : {}),
        extensions,
      })),
  });
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
