import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { isJsonObject, keepNumbers, type Variables } from '@souk/engine';
import { GraphQLError } from 'graphql';
import type {
  PersistedOperations,
  ResolvedOperation,
} from '../../limits/persisted/persisted-operations.ts';
import { badRequest, failureOf, unsupportedMediaType } from './request-failure.ts';

/** The parts of a GraphQL-over-HTTP request, of the right types. */
export interface GraphQLParameters extends ResolvedOperation {
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

/** Only uncompressed JSON in UTF-8: a form or text post could come from any web page. */
export function assertJsonContent({ headers }: IncomingMessage): void {
  const isPlain = headers['content-type'] === 'application/json';
  if (isPlain && headers['content-encoding'] === undefined) return;
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type !== 'application/json') {
    throw unsupportedMediaType('Send operations as application/json.');
  }
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw unsupportedMediaType('The charset must be utf-8.');
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw unsupportedMediaType('The body must not be compressed.');
  }
}

/** A byte order mark, which some editors write before a text. */
const BYTE_ORDER_MARK = 0xfeff;

export function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw badRequest('The body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

export function jsonOf(text: string, maxDepth: number): unknown {
  if (isNestedDeeperThan(text, maxDepth)) {
    throw badRequest(`The JSON is nested more than ${maxDepth} levels deep.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

/** What the query string of a GET asks to run. */
export function parametersInUrl(
  { url = '/' }: IncomingMessage,
  maxDepth: number,
  persisted: PersistedOperations,
): GraphQLParameters {
  const search = new URL(url, 'http://localhost').searchParams;
  const json = (name: string) => {
    const text = search.get(name);
    return text === null ? undefined : jsonOf(text, maxDepth);
  };
  const asked = {
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return parametersOf(asked, persisted, (variables) =>
    keepNumbers(variables, search.get('variables') ?? ''),
  );
}

/** What the body of a POST asks to run. */
export const parametersInBody = (
  text: string,
  maxDepth: number,
  persisted: PersistedOperations,
): GraphQLParameters =>
  parametersOf(jsonOf(text, maxDepth), persisted, (variables) =>
    keepNumbers(variables, text, ['variables']),
  );

/** What a body asks to run; an operation that is named by its id gets its text here. */
function parametersOf(
  body: unknown,
  persisted: PersistedOperations,
  /** Restores numbers in the variables that JSON parsing has changed. */
  kept: (variables: Variables) => Variables,
): GraphQLParameters {
  if (Array.isArray(body)) throw badRequest('Batches of operations are not accepted.');
  if (!isJsonObject(body)) throw badRequest('The body must be a JSON object.');
  const { query, operationName, variables, extensions } = body;
  if (extensions !== undefined && extensions !== null && !isJsonObject(extensions)) {
    throw badRequest('`extensions` must be an object.');
  }
  if (query !== undefined && query !== null && typeof query !== 'string') {
    throw badRequest('`query` must be a non-empty string.');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw badRequest('`operationName` must be a string.');
  }
  if (variables !== undefined && variables !== null && !isJsonObject(variables)) {
    throw badRequest('`variables` must be an object.');
  }
  const operation = persisted.resolve({
    query: query ?? undefined,
    extensions: extensions ?? undefined,
  });
  if (operation instanceof GraphQLError) throw failureOf(operation);
  if (operation.query.trim() === '') throw badRequest('`query` must be a non-empty string.');
  return {
    ...operation,
    operationName: operationName || undefined,
    variables: kept(variables ?? {}),
  };
}

/**
 * Whether a JSON text nests arrays and objects deeper than allowed. It is scanned without parsing, so that a
 * hostile text costs one pass and no objects. The text need not be valid JSON.
 */
function isNestedDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
      continue;
    }
    if (code === QUOTE) inString = true;
    else if (code === BRACE_OPEN || code === BRACKET_OPEN) {
      depth += 1;
      if (depth > limit) return true;
    } else if (code === BRACE_CLOSE || code === BRACKET_CLOSE) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
