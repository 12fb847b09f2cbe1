import type { ScalarChecks } from '@souk/engine';
import {
  type Backplane,
  createConnectionPresence,
  type EndedSessions,
  type Logger,
  redisAway,
  type SignIdentity,
  scalarsDeclaredIn,
  silentLogger,
} from '@souk/runtime';
import { createAskOpenSessions } from './authentication/ask-open-sessions.ts';
import { createSessionStates } from './authentication/session-states.ts';
import { noAccessTokens, ofOpenSessions, type VerifyAccessToken } from './authentication/viewer.ts';
import { Connections } from './clients/connections.ts';
import { startApollo } from './clients/http/apollo.ts';
import { clientAddress } from './clients/http/client-address.ts';
import { createDirectLane } from './clients/http/direct-lane.ts';
import { createDirectRequests } from './clients/http/direct-requests.ts';
import {
  createGraphQLEndpoint,
  DEFAULT_HTTP_LIMITS,
  type HttpLimits,
} from './clients/http/graphql-endpoint.ts';
import { createOrigins } from './clients/http/origins.ts';
import { GRAPHQL_PATH, type Route, startHttpServer } from './clients/http/server.ts';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './clients/socket-limits.ts';
import { createHttpSubscriptions } from './clients/streams/http-subscriptions.ts';
import { attachWebSocket } from './clients/websocket/websocket-server.ts';
import { createHouseIdentity } from './identity/house-identity.ts';
import { createOperationGuard } from './limits/guard.ts';
import { DEFAULT_ONLY_ONCE, type OperationLimits } from './limits/limits.ts';
import {
  createPersistedOperations,
  type PersistedOptions,
} from './limits/persisted/persisted-operations.ts';
import type { FieldRule, RateLimits } from './limits/rates/rate-limits.ts';
import { createRates } from './limits/rates/rates.ts';
import { type DemoPeople, playgroundRoute } from './playground/route.ts';
import { createEventWork } from './subscriptions/event-work.ts';
import { createSessionWatch } from './subscriptions/session-watch.ts';
import { createSharedStreams } from './subscriptions/shared/shared-streams.ts';
import { createHouseGateway } from './supergraph/house-gateway.ts';
import { loadSupergraph } from './supergraph/loaded-supergraph.ts';
import { fixedSupergraph, supergraphFile } from './supergraph/supergraph-source.ts';
import type { HttpTransportOptions } from './upstream/http/http-transport.ts';
import type { LocalSubgraph } from './upstream/local-subgraph.ts';
import { createFaultLog } from './upstream/log-faults.ts';
import { createTransport } from './upstream/transport.ts';

export interface GatewayOptions {
  /** The composed supergraph: its text, or a file that is read again whenever it changes. */
  supergraphSdl?: string;
  supergraphFile?: string;
  /** Subgraphs in this process, by their name in the supergraph; all others are called by HTTP. */
  subgraphs?: Readonly<Record<string, LocalSubgraph>>;
  /** Addresses that go before those of the supergraph's join directives. */
  subgraphUrls?: Readonly<Record<string, string>>;
  /** Signs who asks for subgraphs called by HTTP; without it they are told nothing. */
  signIdentity?: SignIdentity;
  /** Checks `Authorization: Bearer`; without it every token is refused. */
  verifyAccessToken?: VerifyAccessToken;
  /**
   * Who keeps sessions, so that tokens of sessions which have ended are refused: the subgraph whose
   * field `openSessions(ids: [ID!]!): [ID!]!` knows, and the list by which it tells gateways.
   */
  sessions?: { subgraph: string; list?: Pick<EndedSessions, 'stateOf'> | undefined };
  /** Lets the gateway keep presence, hear of ended sessions and count with others. */
  backplane?: Pick<Backplane, 'pubsub' | 'presence' | 'rateLimit' | 'ping'>;
  /** 0 takes a free one. Default 4000. */
  port?: number;
  host?: string;
  operationLimits?: Partial<OperationLimits>;
  /** Root fields of which one request may hold at most one in all. Default: `login` and its like. */
  onlyOnce?: readonly string[];
  /** How often: what is not given is as `DEFAULT_RATE_LIMITS` says. */
  rateLimits?: Partial<RateLimits> | 'off';
  /** Root fields with a limit of their own. Default: `FIELD_RULES`. */
  fieldRules?: readonly FieldRule[];
  /** Log what is above the limits instead of refusing it. */
  measureOnly?: boolean;
  /** Operations that clients name by an id, and whether others may run. Default: no ids, any text. */
  persistedOperations?: Omit<PersistedOptions, 'logger'>;
  httpLimits?: Partial<HttpLimits>;
  socketLimits?: Partial<SocketLimits>;
  subgraphRequests?: Omit<HttpTransportOptions, 'urlOf' | 'sign'>;
  /** Identical queries of one viewer in flight share one execution. Default true. */
  shareInFlight?: boolean;
  /** Labels of `@override(label:)` that hold, besides `percent(n)`. Default none. */
  overrideLabels?: readonly string[];
  /** Answer `__schema` and `__type`, and suggest names for misspelled ones. Default true. */
  introspection?: boolean;
  /** Tell what an operation costs in `extensions.cost`, where `x-graphql-cost` asks. Default false. */
  tellCost?: boolean;
  /**
   * What clients may give for scalars of a supergraph, by name. Default: for those that Souk's own
   * subgraphs share (`DateTime`, `SafeInt`, …) what these subgraphs take; anything for all others.
   */
  scalars?: (supergraphSdl: string) => ScalarChecks;
  /** Serve the playground at `/`. Default false. */
  playground?: boolean;
  /** Whom a visitor of the playground may be with one click; for demo data alone. */
  demoPeople?: DemoPeople;
  /** Whole origins whose pages may use the endpoint, besides the gateway's own. */
  allowedOrigins?: readonly string[];
  /** Proxies of ours before this process, for the client's address. Default 0. */
  trustedProxies?: number;
  /** True from the moment this process was asked to stop: `/readyz` fails, sockets are refused. */
  draining?: () => boolean;
  /** What else must work for `/readyz`; rejects while it does not. */
  ready?: () => Promise<void>;
  /** Answers to further paths. */
  routes?: readonly Route[];
  logger?: Logger;
}

export interface Gateway {
  /** Where it listens, e.g. `http://127.0.0.1:4000`; the endpoint is `/graphql` below it. */
  readonly url: string;
  /** Sockets of clients open now. */
  readonly connections: number;
  /** Sends subscribers away, lets requests finish, then stops. */
  close(): Promise<void>;
}

/** Written by `npm run build:playground`; the same folder from src/ and from a bundle in dist/. */
const PLAYGROUND = new URL('../dist/playground/', import.meta.url);

/** Starts a gateway over a supergraph: one endpoint for queries, mutations and subscriptions. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { introspection = true, logger = silentLogger, backplane } = options;
  const httpLimits = { ...DEFAULT_HTTP_LIMITS, ...options.httpLimits };
  const persisted = await createPersistedOperations({ ...options.persistedOperations, logger });
  const guard = createOperationGuard({
    limits: options.operationLimits,
    onlyOnce: options.onlyOnce ?? DEFAULT_ONLY_ONCE,
    measureOnly: options.measureOnly,
    persisted,
    logger,
  });
  const identity = createHouseIdentity(() => transport);
  const faults = createFaultLog(logger);
  const transport = createTransport({
    local: (name) => options.subgraphs?.[name] ?? identity.subgraph(name),
    urlOf: (name) => {
      const url = options.subgraphUrls?.[name] ?? urlInSupergraph(name);
      if (!url) throw new Error(`the supergraph gives no address for ${name}`);
      return url;
    },
    sign: options.signIdentity,
    http: {
      ...options.subgraphRequests,
      onBreaker: faults.changed,
    },
  });
  const scalars = options.scalars ?? scalarsDeclaredIn;
  const house = createHouseGateway({
    source: sourceOf(options, logger),
    scalars,
    load: (sdl) =>
      loadSupergraph(sdl, {
        transport,
        introspection,
        shareInFlight: options.shareInFlight,
        scalars: scalars(sdl),
        planningMs: guard.limits.planningMs,
        overrideLabels: options.overrideLabels,
        onSubgraphFault: ({ subgraph, error, context: { requestId } }) =>
          faults.failed({ subgraph, error, requestId }),
        onEngineFault: (err, { requestId }) =>
          logger.error({ err, requestId }, 'an operation could not be executed'),
      }),
    logger,
  });
  house.onChange(({ document }) => identity.adopt(document));
  const urlInSupergraph = (name: string) =>
    house.current().engine.subgraphs.find((subgraph) => subgraph.name === name)?.url;

  const states = createSessionStates({
    list: options.sessions?.list,
    ask:
      options.sessions &&
      createAskOpenSessions(options.sessions.subgraph, transport, house.current),
  });
  const verify = ofOpenSessions(options.verifyAccessToken ?? noAccessTokens, states);
  const trustedProxies = options.trustedProxies ?? 0;
  const rates = createRates({
    limits: options.rateLimits,
    fieldRules: options.fieldRules,
    shared: backplane?.rateLimit,
    countOwnMachine: trustedProxies > 0,
    measureOnly: options.measureOnly,
    logger,
  });
  const apollo = await startApollo({
    gateway: house,
    guard,
    rates,
    introspection,
    hideSchema: !introspection,
    logger,
  });
  for (const name of Object.keys(options.subgraphUrls ?? {})) {
    if (urlInSupergraph(name) === undefined)
      logger.warn({ subgraph: name }, 'the supergraph has no subgraph of this name');
  }
  const origins = createOrigins(options.allowedOrigins ?? []);
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
    onSupergraph: house.onChange,
    transport,
    eventTimeoutMs: httpLimits.requestTimeoutMs,
    logger,
  });
  const subscriptions = {
    supergraph: house.current,
    onSupergraph: house.onChange,
    transport,
    shared,
    work,
    guard,
    hideSchema: !introspection,
    addressOf,
    limits: socketLimits,
    connections: new Connections(socketLimits),
    rates,
    eventTimeoutMs: httpLimits.requestTimeoutMs,
    resumeWithinMs: socketLimits.resumeWithinMs,
    sessions,
    logger,
  };
  const streams = createHttpSubscriptions(subscriptions);
  const lane = createDirectLane({
    supergraph: house.current,
    guard,
    limits: httpLimits,
    path: GRAPHQL_PATH,
  });
  const { requestTimeoutMs } = httpLimits;
  const http = await startHttpServer({
    port: options.port ?? 4000,
    host: options.host ?? '127.0.0.1',
    probes: {
      ready: async () => {
        house.current();
        await options.ready?.();
      },
      draining,
      ...(backplane ? { away: redisAway(backplane) } : {}),
    },
    origins,
    graphql: createGraphQLEndpoint({
      apollo,
      guard,
      rates,
      addressOf,
      verify,
      limits: httpLimits,
      streams,
      origins,
      lane,
      tellCost: options.tellCost ?? false,
      logger,
    }),
    direct: (headers) =>
      createDirectRequests({
        ...{ lane, verify, rates, addressOf, origins, headers, requestTimeoutMs },
      }),
    routes: [
      ...(options.routes ?? []),
      ...(options.playground ? [playgroundRoute(PLAYGROUND, options.demoPeople)] : []),
    ],
    logger,
  }).catch(async (error) => {
    await apollo.stop();
    await transport.close();
    persisted.close();
    throw error;
  });
  const sockets = attachWebSocket(http.server, {
    ...subscriptions,
    path: GRAPHQL_PATH,
    origins,
    verify,
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
        await apollo.stop();
        await transport.close();
        persisted.close();
      })();
      return closing;
    },
  };
}

function sourceOf({ supergraphSdl, supergraphFile: file }: GatewayOptions, logger: Logger) {
  if (supergraphSdl !== undefined) return fixedSupergraph(supergraphSdl);
  if (file !== undefined) return supergraphFile(file, { logger });
  throw new Error('A gateway needs supergraphSdl or supergraphFile.');
}
