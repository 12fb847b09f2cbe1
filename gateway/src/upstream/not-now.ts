import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes of temporary errors: the same request may be tried again. */
const NOT_NOW: ReadonlySet<unknown> = new Set([
  'SERVICE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
]);

/** What a subgraph answers while something that it needs is down. */
export const saysNotNow = ({ extensions }: Pick<GraphQLFormattedError, 'extensions'>): boolean =>
  extensions?.category === 'UNAVAILABLE' || NOT_NOW.has(extensions?.code);

export const isNotNow = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && saysNotNow(error);
