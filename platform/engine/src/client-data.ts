/**
 * What a client may see in `extensions` of an exposed error besides its code: data to act on, each
 * with the one form it may have. Everything else that a subgraph puts there stays inside, since
 * subgraphs of any make put stack traces, addresses and whole responses there.
 */
const CLIENT_DATA: Readonly<Record<string, (value: unknown) => boolean>> = {
  /** Seconds after which the same request may be tried again. */
  retryAfterSeconds: (value) => typeof value === 'number' && value >= 0 && value <= MOST_SECONDS,
  /** Where in the arguments of the field at `path` the trouble is, e.g. `["input", "lines", "0"]`. */
  argumentPath: (value) =>
    Array.isArray(value) && value.length <= LONGEST_PATH && value.every(isSegment),
};

const MOST_SECONDS = 31 * 24 * 3_600;
const LONGEST_PATH = 32;

/** A name of GraphQL, or a place in a list. */
const isSegment = (segment: unknown): boolean =>
  (typeof segment === 'string' && /^(?:[A-Za-z_][A-Za-z0-9_]{0,63}|\d{1,6})$/.test(segment)) ||
  (Number.isInteger(segment) && (segment as number) >= 0);

/** Of an exposed error's extensions, what a client may see. */
export function clientData(
  extensions: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [name, isWellFormed] of Object.entries(CLIENT_DATA)) {
    const value = extensions?.[name];
    if (value !== undefined && isWellFormed(value)) data[name] = value;
  }
  return data;
}
