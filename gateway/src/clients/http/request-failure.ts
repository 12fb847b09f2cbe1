import { GraphQLError, type OperationTypeNode } from 'graphql';

/** A request that is refused before any GraphQL is processed; becomes a JSON body with one coded error. */
export class RequestFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What a program can act on besides the code. */
  readonly extensions: Readonly<Record<string, unknown>>;
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
    extensions: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'RequestFailure';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.extensions = extensions;
  }
}

export const badRequest = (message: string) => new RequestFailure(400, 'BAD_REQUEST', message);

export const unsupportedMediaType = (message: string) =>
  new RequestFailure(415, 'UNSUPPORTED_MEDIA_TYPE', message);

export const payloadTooLarge = (limit: number) =>
  new RequestFailure(413, 'PAYLOAD_TOO_LARGE', `The body may have at most ${limit} bytes.`, {
    // The rest of the body will not be read.
    connection: 'close',
  });

export const unauthenticated = () =>
  new RequestFailure(401, 'UNAUTHENTICATED', 'The access token is not valid. Sign in again.', {
    'www-authenticate': 'Bearer error="invalid_token"',
  });

export const identityUnavailable = () =>
  new RequestFailure(
    503,
    'SERVICE_UNAVAILABLE',
    'Your identity cannot be checked right now; try again.',
    { 'retry-after': '1' },
  );

/** An error with its code, and with its status in `extensions.http`. */
export function failureOf({ message, extensions }: GraphQLError): RequestFailure {
  const { status = 400 } = (extensions.http ?? {}) as { status?: number };
  return new RequestFailure(status, String(extensions.code), message);
}

export const methodNotAllowed = (allow: string) =>
  new RequestFailure(405, 'METHOD_NOT_ALLOWED', `Use ${allow}.`, { allow });

export const failureBody = (
  code: string,
  message: string,
  extensions: Record<string, unknown> = {},
): string => JSON.stringify({ errors: [{ message, extensions: { code, ...extensions } }] });

/** Throws the refusal of a subscription whose client accepts none of the stream formats. */
export function assertStreamed(isStreamed: boolean): void {
  if (isStreamed) return;
  throw new RequestFailure(
    405,
    'OPERATION_NOT_SUPPORTED',
    'Subscribe over WebSocket (graphql-transport-ws), or accept text/event-stream or multipart/mixed.',
    { allow: 'GET, POST' },
  );
}

export const onlyQueriesByGet = (type: OperationTypeNode): GraphQLError =>
  new GraphQLError(`GET requests only support query operations, not ${type} operations`, {
    extensions: {
      code: 'BAD_REQUEST',
      http: { status: 405, headers: new Map([['allow', 'POST']]) },
    },
  });
