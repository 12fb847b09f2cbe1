/** Where Redis is: one server, the seeds of a Redis Cluster, or Sentinels that know the master. */
export interface RedisAddress {
  kind: 'server' | 'cluster' | 'sentinel';
  nodes: readonly RedisNode[];
  /** The master's name; Sentinel only. */
  masterName?: string;
  username?: string;
  password?: string;
  database: number;
  tls: boolean;
}

export interface RedisNode {
  host: string;
  port: number;
}

const PATTERN =
  /^(?<scheme>redis|rediss)(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<userinfo>[^@/]*)@)?(?<hosts>[^/?#@]+)(?:\/(?<path>[^?#]*))?$/;

/**
 * Reads one of
 *
 *     redis://[user:password@]host[:port][/database]             one server (rediss:// for TLS)
 *     redis://host:port,redis://host:port or redis+cluster://…   seeds of a Redis Cluster
 *     redis+sentinel://[user:password@]host[:26379],…/master[/database]
 *
 * User and password are those of the data nodes and must be percent-encoded.
 */
export const parseRedisUrl = (url: string): RedisAddress => {
  const parts = PATTERN.exec(withoutRepeatedSchemes(url.trim()))?.groups;
  if (!parts?.hosts) throw invalid('expected redis://, redis+cluster:// or redis+sentinel://');
  const hosts = parts.hosts.split(',');
  const kind = (parts.kind ?? (hosts.length > 1 ? 'cluster' : 'server')) as RedisAddress['kind'];
  const path = (parts.path ?? '').split('/').filter(Boolean);
  const masterName = kind === 'sentinel' ? path.shift() : undefined;
  if (kind === 'sentinel' && !masterName) throw invalid('a Sentinel address ends in /<master>');
  const database = Number(path[0] ?? 0);
  if (!Number.isInteger(database) || database < 0) throw invalid('the database is a number');
  if (kind === 'cluster' && database !== 0) throw invalid('a Redis Cluster has only database 0');
  const [username, password] = (parts.userinfo ?? '').split(':').map(decodeURIComponent);
  return {
    kind,
    nodes: hosts.map((host) => parseNode(host, kind === 'sentinel' ? 26_379 : 6_379)),
    ...(masterName ? { masterName: decodeURIComponent(masterName) } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    database,
    tls: parts.scheme === 'rediss',
  };
};

/** `redis://a,redis://b` means the same as `redis://a,b`. */
const withoutRepeatedSchemes = (url: string) =>
  url.replace(/,\s*rediss?(?:\+cluster)?:\/\/(?:[^@/,]*@)?/g, ',');

const parseNode = (text: string, defaultPort: number): RedisNode => {
  const match = /^(?:\[(?<ipv6>[^\]]+)\]|(?<name>[^:\s]+))(?::(?<port>\d{1,5}))?$/.exec(
    text.trim(),
  );
  const host = match?.groups?.ipv6 ?? match?.groups?.name;
  const port = Number(match?.groups?.port ?? defaultPort);
  if (!host || port > 65_535) throw invalid('a host or port cannot be read');
  return { host, port };
};

/** The message quotes no part of the address, which may contain a password. */
const invalid = (reason: string) => new Error(`The Redis address is not valid: ${reason}.`);
