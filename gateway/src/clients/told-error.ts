import type { GraphQLError, GraphQLFormattedError } from 'graphql';

/** An error as clients get it, whichever way they came: what is for HTTP alone is left out. */
export function toldError(error: GraphQLError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
