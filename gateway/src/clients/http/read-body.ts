import type { IncomingMessage } from 'node:http';
import type { Variables } from '@souk/engine';
import { GraphQLError } from 'graphql';
import type {
  PersistedOperations,
  ResolvedOperation,
} from '../../limits/persisted/persisted-operations.ts';
import { badRequest, failureOf, payloadTooLarge, unsupportedMediaType } from './request-failure.ts';

/** The parts of a GraphQL-over-HTTP request, of the right types. */
export interface GraphQLParameters extends ResolvedOperation {
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
}

/** Only JSON in UTF-8, not compressed: a form or text post could come from any web page. */
export function assertJsonContent({ headers }: IncomingMessage): void {
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

/** The body's text; refuses what is too large before it is read, and bytes that are not UTF-8. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  return textOf(await readBytes(request, maxBytes));
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw payloadTooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw payloadTooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

export function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

/** What a body asks to run; an operation named by its id gets its text here. */
export function parametersOf(
  body: unknown,
  persisted: PersistedOperations,
  /** Keeps what parsing has changed in the variables. */
  kept: (variables: Variables) => Variables = (variables) => variables,
): GraphQLParameters {
  if (Array.isArray(body)) throw badRequest('Batches of operations are not accepted.');
  if (!isObject(body)) throw badRequest('The body must be a JSON object.');
  const { query, operationName, variables, extensions } = body;
  if (extensions !== undefined && extensions !== null && !isObject(extensions)) {
    throw badRequest('`extensions` must be an object.');
  }
  if (query !== undefined && query !== null && typeof query !== 'string') {
    throw badRequest('`query` must be a non-empty string.');
  }
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') {
    throw badRequest('`operationName` must be a string.');
  }
  if (variables !== undefined && variables !== null && !isObject(variables)) {
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

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
