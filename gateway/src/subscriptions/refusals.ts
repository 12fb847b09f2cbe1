import { GraphQLError } from 'graphql';

/** Codes that say "not you", or "nothing is here for you", rather than "not now". */
const REFUSAL = /^(UNAUTHENTICATED|FORBIDDEN|NOT_A_[A-Z_]+)$|(^|_)NOT_FOUND$/;

export const isRefusalCode = (code: unknown): boolean =>
  typeof code === 'string' && REFUSAL.test(code);

/** A subgraph said no to this viewer, for good as long as nothing changes. */
export const isRefusal = (error: unknown): error is GraphQLError =>
  error instanceof GraphQLError && isRefusalCode(error.extensions.code);
