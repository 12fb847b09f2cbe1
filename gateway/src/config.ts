import {
  type ConfigOf,
  flag,
  integer,
  json,
  listOf,
  metricsSettings,
  oneOf,
  optional,
  port,
  readConfig,
  type Setting,
  text,
  url,
} from '@souk/runtime/process';
import type { JWK } from 'jose';
import { DEFAULT_HTTP_LIMITS, type HttpLimits } from './clients/http/http-limits.ts';
import { ANY_LOCAL_ORIGIN } from './clients/http/origins.ts';
import { DEFAULT_SOCKET_LIMITS, type SocketLimits } from './clients/socket-limits.ts';
import { DEFAULT_OPERATION_LIMITS, type OperationLimits } from './limits/limits.ts';
import { persistedSettings } from './limits/persisted/settings.ts';
import { formatRate, parseRate, type Rate } from './limits/rates/rate.ts';
import { DEFAULT_RATE_LIMITS, type RateLimits, type RateName } from './limits/rates/rate-limits.ts';
import { DEFAULT_WARM_UP_MS } from './pipeline/warm-up.ts';

const LIMITS = { ...DEFAULT_OPERATION_LIMITS, ...DEFAULT_HTTP_LIMITS, ...DEFAULT_SOCKET_LIMITS };

type LimitName = keyof typeof LIMITS;

/** `messagesPerSecond` is `LIMIT_MESSAGES_PER_SECOND` in the environment. */
const variableOf = (name: string) => `LIMIT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;

const limit = (name: LimitName): Setting<number> => ({
  variable: variableOf(name),
  example: String(LIMITS[name]),
  required: false,
  read: (value) => (value === undefined ? LIMITS[name] : parseLimit(value)),
});

/** A whole number, or `off`. */
export function parseLimit(value: string): number {
  if (value === 'off') return Number.POSITIVE_INFINITY;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`must be a whole number from 1, or "off", not "${value}".`);
  }
  return number;
}

const limits = Object.fromEntries(
  Object.keys(LIMITS).map((name) => [name, limit(name as LimitName)]),
) as Record<LimitName, Setting<number>>;

const rate = (name: RateName): Setting<Rate | 'off'> => ({
  variable: variableOf(name),
  example: formatRate(DEFAULT_RATE_LIMITS[name]),
  required: false,
  read: (value) => (value === undefined ? DEFAULT_RATE_LIMITS[name] : parseRate(value)),
});

const rates = Object.fromEntries(
  Object.keys(DEFAULT_RATE_LIMITS).map((name) => [name, rate(name as RateName)]),
) as Record<RateName, Setting<Rate | 'off'>>;

/** Read by a gateway process, in addition to each subgraph's `<NAME>_URL` (`subgraphs.ts`). */
export const settings = {
  port: port('PORT', 4000),
  host: text('HOST', '127.0.0.1'),
  /** How many processes share one port, each with a core of its own if there are enough. */
  processes: integer('PROCESSES', 1, { min: 1, max: 64 }),
  /** Watched: a new supergraph takes effect without a restart. Default: the committed one. */
  supergraphFile: optional(text('SUPERGRAPH_FILE', undefined, 'gateway/supergraph.graphql')),
  /** Addresses of subgraphs by their names in the supergraph; they take precedence over its own. */
  subgraphUrls: subgraphUrls('SUBGRAPH_URLS'),
  /**
   * Needed for presence and for closing the sockets of revoked sessions; rates are counted together with
   * other gateways.
   */
  redisUrl: optional(text('REDIS_URL', undefined, 'redis://localhost:6379')),
  /** Where the users subgraph publishes the keys of access tokens. */
  accessTokenKeysUrl: optional(
    url('ACCESS_TOKEN_JWKS_URL', undefined, 'http://localhost:4001/.well-known/jwks.json'),
  ),
  /** A file that keeps those keys, so that the next start does not depend on users. */
  accessTokenKeysFile: optional(
    text('ACCESS_TOKEN_KEYS_FILE', undefined, '/var/lib/souk/access-token-keys.json'),
  ),
  /** The subgraph that knows which sessions are open; `off`: tokens are valid until they expire. */
  sessionsSubgraph: text('SESSIONS_SUBGRAPH', 'users'),
  /** Ed25519; signs the viewer's identity in each request to a subgraph. */
  identityPrivateKey: optional(
    json<JWK>(
      'INTERNAL_IDENTITY_PRIVATE_KEY',
      '{"kty":"OKP","crv":"Ed25519","x":"…","d":"…","kid":"…"}',
    ),
  ),
  /** Origins of web clients, separated by commas, e.g. `https://shop.example`; or `localhost`. */
  allowedOrigins: listOf(
    'ALLOWED_ORIGINS',
    'https://shop.example,https://admin.example',
    readOrigin,
  ),
  /**
   * Answer only to host names of this machine and of `ALLOWED_ORIGINS`: for a gateway on a machine with a
   * browser.
   */
  localHostsAlone: flag('LOCAL_HOSTS_ALONE', false),
  /** How many of our own proxies are in front of this process. */
  trustedProxies: integer('TRUSTED_PROXIES', 0, { max: 10 }),
  /** Identical queries of one viewer in flight share one execution. */
  shareInFlight: flag('SHARE_IN_FLIGHT', true),
  /** Labels of progressive overrides that are active; `percent(n)` is drawn for each operation. */
  overrideLabels: listOf('OVERRIDE_LABELS', 'new-search,new-prices', (label) => label),
  /** Milliseconds for planning the most used operations on a new supergraph before it is served. */
  warmUpMs: integer('WARM_UP_MS', DEFAULT_WARM_UP_MS, { max: 60_000 }),
  introspection: flag('INTROSPECTION', false),
  playground: flag('PLAYGROUND', false),
  /** Answer `x-graphql-cost: 1` with the estimated cost in `extensions.cost`. */
  exposeCost: flag('EXPOSE_COST', false),
  exposePlan: flag('EXPOSE_PLAN', false),
  /** Log what exceeds the limits and let it through. */
  measureOnly: flag('LIMITS_MEASURE_ONLY', false),
  ...persistedSettings,
  queryTimeoutMs: integer('SUBGRAPH_QUERY_TIMEOUT_MS', 1_500, { min: 1 }),
  mutationTimeoutMs: integer('SUBGRAPH_MUTATION_TIMEOUT_MS', 4_000, { min: 1 }),
  maxResponseBytes: integer('SUBGRAPH_MAX_RESPONSE_BYTES', 8 * 1_048_576, { min: 1 }),
  ...metricsSettings,
  logLevel: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error'], 'info'),
  drainLagMs: integer('DRAIN_LAG_MS', 0, { max: 60_000 }),
  ...limits,
  ...rates,
};

export type GatewayConfig = ConfigOf<typeof settings>;

/** Reads the environment of a gateway process; throws `ConfigError` with every problem. */
export const loadConfig = (env: NodeJS.ProcessEnv = process.env): GatewayConfig =>
  readConfig(env, settings);

export const operationLimitsOf = (config: GatewayConfig): OperationLimits =>
  pick(config, DEFAULT_OPERATION_LIMITS);
export const httpLimitsOf = (config: GatewayConfig): HttpLimits =>
  pick(config, DEFAULT_HTTP_LIMITS);
export const socketLimitsOf = (config: GatewayConfig): SocketLimits =>
  pick(config, DEFAULT_SOCKET_LIMITS);

export const rateLimitsOf = (config: GatewayConfig): RateLimits =>
  pick(config, DEFAULT_RATE_LIMITS);

const pick = <Limits extends object>(config: GatewayConfig, names: Limits): Limits =>
  Object.fromEntries(
    Object.keys(names).map((name) => [name, config[name as keyof GatewayConfig]]),
  ) as Limits;

function subgraphUrls(variable: string): Setting<Readonly<Record<string, string>>> {
  const pairs = listOf(
    variable,
    'catalog=http://localhost:4101/graphql,reviews=http://localhost:4102/graphql',
    readNamedUrl,
  );
  return { ...pairs, read: (value) => Object.fromEntries(pairs.read(value)) };
}

function readNamedUrl(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  const [name, address] = [pair.slice(0, at), pair.slice(at + 1)];
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  if (at < 1 || !/^https?:$/.test(protocol)) {
    throw new Error(`must list NAME=URL with an http or https URL, not "${pair}".`);
  }
  return [name, address];
}

function readOrigin(item: string): string {
  if (item === ANY_LOCAL_ORIGIN) return item;
  if (!URL.canParse(item) || new URL(item).origin !== item) {
    throw new Error(`must list origins such as https://shop.example, or localhost, not "${item}".`);
  }
  return item;
}
