import { GraphQLError, type GraphQLFormattedError } from 'graphql';

/** Codes that say "not now": the same may be asked again. */
const NOT_NOW: ReadonlySet<unknown> = new Set([
  'SERVICE_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
]);

/** What a subgraph answers while something that it needs is away. */
export const saysNotNow = ({ extensions }: Pick<GraphQLFormattedError, 'extensions'>): boolean =>
  extensions?.category === 'UNAVAILABLE' || NOT_NOW.has(extensions?.code);

export const isNotNow = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && saysNotNow(error);
