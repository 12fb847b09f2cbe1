import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes that say "not for you" or "nothing is here for you", rather than "not now". */
const REFUSAL = /^(UNAUTHENTICATED|FORBIDDEN|NOT_A_[A-Z_]+)$|(^|_)NOT_FOUND$/;

/**
 * Categories that say "not for you": our own subgraphs send one in `extensions.category` with each of their
 * codes.
 */
const REFUSING_CATEGORIES: ReadonlySet<unknown> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
]);

/** Errors as clients get them: without the category that their subgraph sent. */
const refusals = new WeakSet<GraphQLError>();

/** Remembers for a client error whether its subgraph's category makes it a refusal. */
export function rememberRefusal(
  error: GraphQLFormattedError | undefined,
  sent: GraphQLError,
): GraphQLError {
  if (REFUSING_CATEGORIES.has(error?.extensions?.category)) refusals.add(sent);
  return sent;
}

export const isRefusalCode = (code: unknown): boolean =>
  typeof code === 'string' && REFUSAL.test(code);

/** Whether a subgraph refused this viewer, for as long as nothing changes. */
export const isRefusal = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && (refusals.has(error) || isRefusalCode(error.extensions.code));
