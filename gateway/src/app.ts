import { fileURLToPath } from 'node:url';
import type { Backplane } from '@souk/runtime/backplane';
import { createEndedSessions, createIdentitySigner } from '@souk/runtime/identity';
import type { Logger } from '@souk/runtime/process';
import { createAccessTokenKeys } from './authentication/access-token-keys.ts';
import { createAccessTokenVerifier } from './authentication/viewer.ts';
import {
  type GatewayConfig,
  httpLimitsOf,
  operationLimitsOf,
  rateLimitsOf,
  socketLimitsOf,
} from './config.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
import { persistedOptionsOf } from './limits/persisted/settings.ts';

export interface GatewayDeps {
  config: GatewayConfig;
  /** Addresses of subgraphs that take precedence over those in the supergraph. */
  subgraphUrls: Readonly<Record<string, string>>;
  backplane: Backplane | null;
  draining: () => boolean;
  logger: Logger;
}

/** The supergraph of this repository; the path is the same from src/ and from the bundle in dist/. */
const SOUK_SUPERGRAPH = fileURLToPath(new URL('../supergraph.graphql', import.meta.url));

/** A gateway process from its configuration. */
export async function createApp({
  config,
  subgraphUrls,
  backplane,
  draining,
  logger,
}: GatewayDeps): Promise<Gateway> {
  const { accessTokenKeysUrl, identityPrivateKey } = config;
  return createGateway({
    supergraphFile: config.supergraphFile ?? SOUK_SUPERGRAPH,
    subgraphUrls,
    port: config.port,
    host: config.host,
    signIdentity: identityPrivateKey && createIdentitySigner(identityPrivateKey),
    verifyAccessToken:
      accessTokenKeysUrl === undefined
        ? undefined
        : createAccessTokenVerifier({
            keys: createAccessTokenKeys({
              url: new URL(accessTokenKeysUrl),
              file: config.accessTokenKeysFile,
              logger,
            }),
          }),
    sessions:
      accessTokenKeysUrl === undefined || config.sessionsSubgraph === 'off'
        ? undefined
        : {
            subgraph: config.sessionsSubgraph,
            list: backplane ? createEndedSessions(backplane.cache) : undefined,
          },
    backplane: backplane ?? undefined,
    ...gatewayOptionsOf(config),
    draining,
    logger,
  });
}

/** What a configuration says about limits, clients and subgraphs, however the gateway is run. */
export const gatewayOptionsOf = (config: GatewayConfig) =>
  ({
    operationLimits: operationLimitsOf(config),
    httpLimits: httpLimitsOf(config),
    socketLimits: socketLimitsOf(config),
    rateLimits: rateLimitsOf(config),
    measureOnly: config.measureOnly,
    persistedOperations: persistedOptionsOf(config),
    subgraphRequests: {
      queryTimeoutMs: config.queryTimeoutMs,
      mutationTimeoutMs: config.mutationTimeoutMs,
      maxResponseBytes: config.maxResponseBytes,
    },
    shareInFlight: config.shareInFlight,
    overrideLabels: config.overrideLabels,
    introspection: config.introspection,
    warmUpMs: config.warmUpMs,
    exposeCost: config.exposeCost,
    exposePlan: config.exposePlan,
    playground: config.playground,
    allowedOrigins: config.allowedOrigins,
    localHostsAlone: config.localHostsAlone,
    trustedProxies: config.trustedProxies,
  }) satisfies Partial<GatewayOptions>;
