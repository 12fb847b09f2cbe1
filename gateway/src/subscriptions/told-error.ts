import type { GraphQLError } from 'graphql';

/** An error as subscribers get it, whichever way they came: what is for HTTP alone is left out. */
export function toldError({ message, path, extensions: { http: _, ...extensions } }: GraphQLError) {
  return { message, ...(path ? { path } : {}), extensions };
}
