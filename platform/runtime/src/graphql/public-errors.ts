import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DomainError } from '../domain/errors/domain-error.ts';
import { databaseErrorAsDomainError, reasonOf } from '../persistence/database-errors.ts';
import type { Logger } from '../process/logging.ts';

/** Codes of GraphQL itself, Apollo Server and our own boundaries; they may be shown to clients. */
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
 * What a client may see of an error. Expected errors keep their code, message and data, the place in the
 * field's arguments (`argumentPath`; a gateway passes this and `retryAfterSeconds` on, see the engine's
 * client-data.ts), and their `category`, by which a gateway can tell "not for you" from "not now" whatever
 * the code. Anything else becomes `INTERNAL_SERVER_ERROR` with the request id, and its details are only
 * logged.
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
    // Not a bug: an outage is logged in one line, since it concerns every request meanwhile.
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
