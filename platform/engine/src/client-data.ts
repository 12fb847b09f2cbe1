/**
 * What a client may see in `extensions` of an exposed error besides its code: data to act on, each in the one
 * form it may have. Anything else that a subgraph puts there is removed, since GraphQL servers put stack
 * traces, addresses and whole responses there.
 */
const CLIENT_DATA: Readonly<Record<string, (value: unknown) => boolean>> = {
  /** Seconds after which the same request may be tried again. */
  retryAfterSeconds: (value) => typeof value === 'number' && value >= 0 && value <= MOST_SECONDS,
  /** Where in the arguments of the field at `path` the problem is, e.g. `["input", "lines", "0"]`. */
  argumentPath: (value) =>
    Array.isArray(value) && value.length <= LONGEST_PATH && value.every(isSegment),
};

const MOST_SECONDS = 31 * 24 * 3_600;
const LONGEST_PATH = 32;

/** A GraphQL name, or an index in a list. */
const isSegment = (segment: unknown): boolean =>
  (typeof segment === 'string' && /^(?:[A-Za-z_][A-Za-z0-9_]{0,63}|\d{1,6})$/.test(segment)) ||
  (Number.isInteger(segment) && (segment as number) >= 0);

/** The part of an exposed error's extensions that a client may see. */
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
