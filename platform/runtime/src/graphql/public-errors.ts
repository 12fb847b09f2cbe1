import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError } from '../domain/errors/domain-error.ts';
import { databaseErrorAsDomainError, reasonOf } from '../persistence/database-errors.ts';
import type { Logger } from '../process/logging.ts';

/** Codes that GraphQL itself, Apollo Server and our own boundaries give; they may leave as they are. */
const PROTOCOL_CODES: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'SUBGRAPH_TIMEOUT',
]);

/**
 * What a client may see of an error. Expected ones keep code and message, their data, and where in
 * the field's arguments the trouble is (`argumentPath`; a gateway passes on `retryAfterSeconds` and
 * that, see its execution/client-data.ts), and their `category`, by which a gateway tells "not you"
 * from "not now" whatever the code is called; anything else is `INTERNAL_SERVER_ERROR` with the
 * request id, its detail only in the log.
 */
export function publicError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { logger, requestId }: { logger: Logger; requestId: string },
): GraphQLFormattedError {
  const { locations: _, ...position } = formatted;
  const cause = rootCause(error);
  const expected = cause instanceof DomainError ? cause : databaseErrorAsDomainError(cause);
  if (expected) {
    const { code, category, message, data, argumentPath } = expected;
    // Nobody's bug: what is away is said in a line, since it is said for each request meanwhile.
    if (category === 'UNAVAILABLE') {
      logger.warn({ requestId, code, reason: reasonOf(cause) }, 'unavailable');
    }
    const place = argumentPath && argumentPath.length > 0 ? { argumentPath } : {};
    return { ...position, message, extensions: { ...data, ...place, category, code } };
  }
  const code = formatted.extensions?.code;
  const raisedByGraphQL = !(cause instanceof Error) || cause instanceof GraphQLError;
  if (raisedByGraphQL && PROTOCOL_CODES.has(code)) {
    return { ...position, message: formatted.message, extensions: { code } };
  }
  logger.error({ requestId, err: cause, path: formatted.path }, 'unexpected error');
  return {
    ...(formatted.path ? { path: formatted.path } : {}),
    message: 'Something went wrong on our side.',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  };
}

function rootCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
