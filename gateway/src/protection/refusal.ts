import { GraphQLError } from 'graphql';

/** An operation that is refused before it costs anything; `limit` names the rule that said no. */
export const refusal = (
  message: string,
  { code = 'GRAPHQL_VALIDATION_FAILED', limit }: { code?: string; limit?: string } = {},
): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code, ...(limit ? { limit } : {}), http: { status: 400 } },
  });
