import { type Backplane, createConnectionPresence } from '@souk/runtime/backplane';
import type { EndedSessions } from '@souk/runtime/identity';
import { type ReadingLimits, redisAway, silentLogger } from '@souk/runtime/process';
import { createAskApiKeyHolder, orApiKeys } from './authentication/api-keys.ts';
import { createAskOpenSessions, createSessionStates } from './authentication/session-states.ts';
import { noAccessTokens, ofOpenSessions, type VerifyAccessToken } from './authentication/viewer.ts';
import { Connections } from './clients/connections.ts';
import { createAnswerWriter } from './clients/http/answer-writer.ts';
import { clientAddress } from './clients/http/client-of-request.ts';
import { createGraphQLEndpoint } from './clients/http/graphql-endpoint.ts';
import {
  type ArrivalLimits,
  DEFAULT_ARRIVAL_LIMITS,
  DEFAULT_HTTP_LIMITS,
  type HttpLimits,
} from './clients/http/http-limits.ts';
import { createOrigins } from './clients/http/origins.ts';
import { ANY_HOST, servedHosts } from './clients/http/served-hosts.ts';
import { everyAnswer, GRAPHQL_PATH, type Route, startHttpServer } from './clients/http/server.ts';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './clients/socket-limits.ts';
import { createHttpSubscriptions } from './clients/streams/http-subscriptions.ts';
import { attachWebSocket } from './clients/websocket/websocket-server.ts';
import { createGatewayParts, type PipelineSetting } from './gateway-parts.ts';
import {
  createPersistedOperations,
  type PersistedOptions,
} from './limits/persisted/persisted-operations.ts';
import { type DemoPeople, PLAYGROUND_PATH, playgroundRoute } from './playground/route.ts';
import { createEventWork } from './subscriptions/event-work.ts';
import { createSessionWatch } from './subscriptions/session-watch.ts';
import { createSharedStreams } from './subscriptions/shared/shared-streams.ts';
import { createOperationTelemetry } from './telemetry/operation-telemetry.ts';

export interface GatewayOptions extends PipelineSetting {
  /** Verifies `Authorization: Bearer`; without it every token is refused. */
  verifyAccessToken?: VerifyAccessToken;
  /**
   * Where sessions are kept, so that tokens of ended sessions are refused: the subgraph whose field
   * `openSessions(ids: [ID!]!): [ID!]!` knows, and the list through which it tells gateways.
   */
  sessions?: { subgraph: string; list?: Pick<EndedSessions, 'stateOf'> | undefined };
  /** Lets the gateway keep presence, learn of ended sessions, and count rates together with others. */
  backplane?: Pick<Backplane, 'pubsub' | 'presence' | 'rateLimit' | 'ping'>;
  /** 0 takes a free port. Default 4000. */
  port?: number;
  host?: string;
  /** Operations that clients name by an id, and whether others may run. Default: no ids, any text. */
  persistedOperations?: Omit<PersistedOptions, 'logger'>;
  httpLimits?: Partial<HttpLimits>;
  arrivalLimits?: ArrivalLimits;
  readingLimits?: ReadingLimits;
  socketLimits?: Partial<SocketLimits>;
  /** Say in `extensions.cost` what an operation costs, when `x-graphql-cost` asks. Default false. */
  exposeCost?: boolean;
  /** Say in `extensions.plan` how an operation is planned, when `x-graphql-plan` asks. Default false. */
  exposePlan?: boolean;
  /** Serve the playground at `/`. Default false. */
  playground?: boolean;
  /** Accounts that a visitor of the playground can sign in to with one click; for demo data only. */
  demoPeople?: DemoPeople;
  /** Origins whose pages may use the endpoint, besides the gateway's own. */
  allowedOrigins?: readonly string[];
  /**
   * Answer only to host names of this machine and of allowed origins: for a gateway on a machine with a
   * browser.
   */
  localHostsAlone?: boolean;
  /** How many of our own proxies are in front of this process. Default 0. */
  trustedProxies?: number;
  /** True once this process was asked to stop: `/readyz` fails and sockets are refused. */
  draining?: () => boolean;
  /** What else must work for `/readyz`; rejects while it does not. */
  ready?: () => Promise<void>;
  /** Answers to further paths. */
  routes?: readonly Route[];
  /** Milliseconds within which a file must be sent to one of these routes, if some accept files. */
  longestFileMs?: number;
}

export interface Gateway {
  /** Where it listens, e.g. `http://127.0.0.1:4000`; the endpoint is `/graphql` below it. */
  readonly url: string;
  /** Sockets of clients open now. */
  readonly connections: number;
  /** Disconnects subscribers, lets requests finish, then stops. */
  close(): Promise<void>;
}

/** Written by `npm run build:playground`; the path is the same from src/ and from a bundle in dist/. */
const PLAYGROUND = new URL('../dist/playground/', import.meta.url);

/** Starts a gateway over a supergraph: one endpoint for queries, mutations and subscriptions. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger = silentLogger, backplane, trustedProxies = 0 } = options;
  const httpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.httpLimits };
  const persisted = await createPersistedOperations({ ...options.persistedOperations, logger });
  const parts = createGatewayParts({
    ...options,
    persisted,
    trustedProxies,
    sharedRates: backplane?.rateLimit,
  });
  const { pipeline, supergraphs, transport, guard, rates } = parts;
  const states = createSessionStates({
    list: options.sessions?.list,
    ask:
      options.sessions &&
      createAskOpenSessions(options.sessions.subgraph, transport, supergraphs.current),
  });
  const verifyToken = options.verifyAccessToken ?? noAccessTokens;
  const verify = ofOpenSessions(
    options.sessions
      ? orApiKeys(
          verifyToken,
          createAskApiKeyHolder(options.sessions.subgraph, transport, supergraphs.current),
        )
      : verifyToken,
    states,
  );
  const closeParts = async () => {
    await parts.close();
    persisted.close();
  };
  await parts.start().catch(async (error) => {
    await closeParts();
    throw error;
  });
  const origins = createOrigins(options.allowedOrigins ?? []);
  const isServedHost = options.localHostsAlone
    ? servedHosts(options.allowedOrigins ?? [])
    : ANY_HOST;
  let isClosing = false;
  const draining = () => isClosing || (options.draining?.() ?? false);
  const addressOf = clientAddress(trustedProxies);
  const socketLimits = { ...DEFAULT_SOCKET_LIMITS, ...options.socketLimits };
  const sessions = backplane
    ? createSessionWatch({ pubsub: backplane.pubsub, states, logger })
    : null;
  const work = createEventWork(rates.events);
  const shared = createSharedStreams({
    work,
    onSupergraph: supergraphs.onChange,
    transport,
    eventTimeoutMs: httpLimits.requestTimeoutMs,
    logger,
  });
  const telemetry = createOperationTelemetry({ logger, isListed: persisted.isListed });
  const writer = createAnswerWriter({ headers: everyAnswer(), origins });
  const subscriptions = {
    supergraph: supergraphs.current,
    onSupergraph: supergraphs.onChange,
    transport,
    shared,
    work,
    pipeline,
    persisted,
    addressOf,
    writer,
    limits: socketLimits,
    connections: new Connections(socketLimits),
    eventTimeoutMs: httpLimits.requestTimeoutMs,
    resumeWithinMs: socketLimits.resumeWithinMs,
    sessions,
    telemetry,
    logger,
  };
  const streams = createHttpSubscriptions(subscriptions);
  const http = await startHttpServer({
    port: options.port ?? 4000,
    host: options.host ?? '127.0.0.1',
    probes: {
      ready: async () => {
        supergraphs.current();
        await options.ready?.();
      },
      draining,
      ...(backplane ? { away: redisAway(backplane) } : {}),
    },
    origins,
    isServedHost,
    graphql: createGraphQLEndpoint({
      pipeline,
      guard,
      addressOf,
      verify,
      limits: httpLimits,
      streamLimits: socketLimits,
      streams,
      origins,
      writer,
      exposeCost: options.exposeCost ?? false,
      exposePlan: options.exposePlan ?? false,
      telemetry,
      logger,
    }),
    page: options.playground ? PLAYGROUND_PATH : null,
    routes: [
      ...(options.routes ?? []),
      ...(options.playground ? [playgroundRoute(PLAYGROUND, options.demoPeople)] : []),
    ],
    arrivalLimits: options.arrivalLimits ?? DEFAULT_ARRIVAL_LIMITS,
    readingLimits: options.readingLimits,
    longestFileMs: options.longestFileMs,
    logger,
  }).catch(async (error) => {
    await closeParts();
    throw error;
  });
  const sockets = attachWebSocket(http.server, {
    ...subscriptions,
    path: GRAPHQL_PATH,
    origins,
    isServedHost,
    verify,
    states,
    presence: backplane ? createConnectionPresence(backplane) : null,
    draining,
  });

  let closing: Promise<void> | null = null;
  return {
    url: http.url,
    get connections() {
      return sockets.connected;
    },
    close: () => {
      closing ??= (async () => {
        isClosing = true;
        streams.close();
        await sockets.close();
        shared.close();
        await sessions?.close();
        await http.close();
        await closeParts();
        telemetry.close();
      })();
      return closing;
    },
  };
}
