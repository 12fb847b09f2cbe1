import { createPlanCache, type ScalarChecks } from '@souk/engine';
import type { RateLimit } from '@souk/runtime/backplane';
import { scalarsDeclaredIn } from '@souk/runtime/graphql';
import type { SignIdentity } from '@souk/runtime/identity';
import { LONGEST_NAME, type Logger, silentLogger } from '@souk/runtime/process';
import { createServedIdentity } from './identity/served-identity.ts';
import { createOperationGuard, type OperationGuard } from './limits/guard.ts';
import { DEFAULT_ONLY_ONCE, type OperationLimits } from './limits/limits.ts';
import type { PersistedOperations } from './limits/persisted/persisted-operations.ts';
import type { FieldRule, RateLimits } from './limits/rates/rate-limits.ts';
import { createRates, type Rates } from './limits/rates/rates.ts';
import { deferDropped, sharingCache, tally, threadCache } from './pipeline/cache-metrics.ts';
import { createPipeline, type Pipeline } from './pipeline/pipeline.ts';
import { createWarmUp, DEFAULT_WARM_UP_MS } from './pipeline/warm-up.ts';
import { createGatewaySupergraph } from './supergraph/gateway-supergraph.ts';
import {
  createServedSupergraphs,
  type ServedSupergraphs,
} from './supergraph/served-supergraphs.ts';
import { fixedSupergraph, supergraphFile } from './supergraph/supergraph-source.ts';
import type { HttpTransportOptions } from './upstream/http/http-transport.ts';
import type { LocalSubgraph } from './upstream/local-subgraph.ts';
import { createFaultLog } from './upstream/log-faults.ts';
import { createTransport, type GatewayTransport } from './upstream/transport.ts';

/** What the pipeline is made from, independent of how clients are served. */
export interface PipelineSetting {
  /** The composed supergraph: its text, or a file that is read again whenever it changes. */
  supergraphSdl?: string;
  supergraphFile?: string;
  /** Subgraphs in this process, by their name in the supergraph; all others are called over HTTP. */
  subgraphs?: Readonly<Record<string, LocalSubgraph>>;
  /** Addresses that take precedence over those of the supergraph's join directives. */
  subgraphUrls?: Readonly<Record<string, string>>;
  /** Signs the viewer for subgraphs called over HTTP; without it they are not told who the viewer is. */
  signIdentity?: SignIdentity;
  operationLimits?: Partial<OperationLimits>;
  /** Root fields of which one request may use at most one in total. Default: `login` and the like. */
  onlyOnce?: readonly string[];
  /** How often things may be done; missing rates default to `DEFAULT_RATE_LIMITS`. */
  rateLimits?: Partial<RateLimits> | 'off';
  /** Root fields with a limit of their own. Default: `FIELD_RULES`. */
  fieldRules?: readonly FieldRule[];
  /** Log what exceeds the limits instead of refusing it. */
  measureOnly?: boolean;
  subgraphRequests?: Omit<HttpTransportOptions, 'urlOf' | 'sign'>;
  /** Identical queries of one viewer that are in flight share one execution. Default true. */
  shareInFlight?: boolean;
  /** Labels of `@override(label:)` that are active, besides `percent(n)`. Default none. */
  overrideLabels?: readonly string[];
  /** Answer `__schema` and `__type`, and suggest names for misspelled ones. Default true. */
  introspection?: boolean;
  /**
   * Milliseconds for which a new supergraph is prepared for the most used operations and those of the
   * manifest before it is served. Default 3,000; 0: it is served at once.
   */
  warmUpMs?: number;
  /**
   * What clients may pass for the scalars of a supergraph, by name. Default: for the scalars that Souk's own
   * subgraphs share (`DateTime`, `SafeInt`, …) whatever these subgraphs accept; anything for all others.
   */
  scalars?: (supergraphSdl: string) => ScalarChecks;
  logger?: Logger;
}

export interface GatewayPartsOptions extends PipelineSetting {
  /** Ids in place of texts, and which texts may run. Default: any text, no ids. */
  persisted?: PersistedOperations;
  /** A counter shared by all processes; without it this process counts by itself. */
  sharedRates?: Pick<RateLimit, 'consume'>;
  /** How many of our own proxies are in front of this process. */
  trustedProxies: number;
}

/** The pipeline over a supergraph and what surrounds it; nothing here listens for clients. */
export interface GatewayParts {
  readonly pipeline: Pipeline;
  readonly supergraphs: ServedSupergraphs;
  readonly transport: GatewayTransport;
  readonly guard: OperationGuard;
  readonly rates: Rates;
  readonly logger: Logger;
  /** What clients may pass for the scalars of a supergraph. */
  readonly scalars: (supergraphSdl: string) => ScalarChecks;
  /** Loads the supergraph; rejects when it cannot be served. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createGatewayParts(options: GatewayPartsOptions): GatewayParts {
  const { introspection = true, logger = silentLogger } = options;
  const guard = createOperationGuard({
    limits: options.operationLimits,
    onlyOnce: options.onlyOnce ?? DEFAULT_ONLY_ONCE,
    measureOnly: options.measureOnly,
    persisted: options.persisted,
    logger,
  });
  const identity = createServedIdentity(() => transport);
  const faults = createFaultLog(logger);
  /** As given by the newest supergraph that names them: operations on an earlier one finish at its addresses. */
  const addresses = new Map<string, string>();
  const transport = createTransport({
    local: (name) => options.subgraphs?.[name] ?? identity.subgraph(name),
    urlOf: (name) => {
      const url = options.subgraphUrls?.[name] ?? addresses.get(name);
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
  const plans = createPlanCache({ onLookUp: (isKnown) => tally(threadCache, isKnown) });
  const supergraphs = createServedSupergraphs({
    source: sourceOf(options, logger),
    load: (sdl) =>
      createGatewaySupergraph(sdl, {
        transport,
        introspection,
        shareInFlight: options.shareInFlight,
        scalars: scalars(sdl),
        planningMs: guard.limits.planningMs,
        plans,
        overrideLabels: options.overrideLabels,
        onSharing: (isShared) => tally(sharingCache, isShared),
        onSubgraphFault: ({ subgraph, error, context: { requestId } }) =>
          faults.failed({ subgraph, error, requestId }),
        onDeferDropped: ({ what, operationName, cause }) => {
          deferDropped.add({ what });
          const reason = cause instanceof Error ? cause.message : undefined;
          const fields = { operation: operationName?.slice(0, LONGEST_NAME), what, reason };
          logger.info(fields, 'what is deferred comes with the rest, as it cannot be planned');
        },
        onEngineFault: (err, { requestId }) =>
          logger.error({ err, requestId }, 'an operation could not be executed'),
      }),
    warmUp: (next, isWanted) => warmUp(next, isWanted),
    logger,
  });
  supergraphs.onChange(({ identity: parts, engine }) => {
    for (const { name, url } of engine.subgraphs) addresses.set(name, url);
    identity.adopt(parts);
    transport.followAddresses();
  });
  const rates = createRates({
    limits: options.rateLimits,
    fieldRules: options.fieldRules,
    shared: options.sharedRates,
    countOwnMachine: options.trustedProxies > 0,
    measureOnly: options.measureOnly,
    logger,
  });
  const { pipeline, understand } = createPipeline({
    supergraph: supergraphs.current,
    guard,
    rates,
  });
  const warmUp = createWarmUp({
    understand,
    listed: guard.persisted.listed,
    withinMs: options.warmUpMs ?? DEFAULT_WARM_UP_MS,
  });
  return {
    pipeline,
    supergraphs,
    transport,
    guard,
    rates,
    logger,
    scalars,
    start: async () => {
      await supergraphs.start();
      for (const name of Object.keys(options.subgraphUrls ?? {})) {
        if (!addresses.has(name))
          logger.warn({ subgraph: name }, 'the supergraph has no subgraph of this name');
      }
    },
    close: async () => {
      supergraphs.stop();
      await transport.close();
    },
  };
}

function sourceOf({ supergraphSdl, supergraphFile: file }: PipelineSetting, logger: Logger) {
  if (supergraphSdl !== undefined) return fixedSupergraph(supergraphSdl);
  if (file !== undefined) return supergraphFile(file, { logger });
  throw new Error('A gateway needs supergraphSdl or supergraphFile.');
}
