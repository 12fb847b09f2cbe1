import { GraphQLError } from 'graphql';

/**
 * An operation that is refused before it costs anything; `limit` names the rule that refused it, and `at` is
 * an error that has the position in the text.
 */
export const refusal = (
  message: string,
  {
    code = 'GRAPHQL_VALIDATION_FAILED',
    limit,
    at,
  }: { code?: string; limit?: string; at?: GraphQLError } = {},
): GraphQLError =>
  new GraphQLError(message, {
    nodes: at?.nodes,
    source: at?.source,
    positions: at?.positions,
    extensions: { code, ...(limit ? { limit } : {}), http: { status: 400 } },
  });
