/**
 * The kind of failure, which decides log level, retry advice and the default error type of a mutation's
 * payload.
 */
export type ErrorCategory =
  | 'INVALID'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE';

export interface DomainErrorDetails {
  /** Where in the mutation's input the problem is, e.g. `['input', 'lines', '0', 'quantity']`. */
  path?: readonly (string | number)[];
  /** The GraphQL error type, when it is not the category's own (`ValidationError` …). */
  type?: string;
  /** Fields of that type besides code, message and path: data the client can act on. */
  data?: Readonly<Record<string, unknown>>;
}

/** An expected failure with a stable code (`NOUN_STATE`) and a message for people. */
export class DomainError extends Error {
  readonly code: string;
  readonly category: ErrorCategory;
  /**
   * Not called `path`, by which GraphQL recognises errors that already have their place in the answer: it
   * would use this as the place, and the client would not learn which field failed.
   */
  readonly argumentPath: readonly string[] | null;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    category: ErrorCategory,
    message: string,
    { path, type = ERROR_TYPES[category], data = {} }: DomainErrorDetails = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.category = category;
    this.argumentPath = path?.map(String) ?? null;
    this.type = type;
    this.data = data;
  }
}

/** The GraphQL error type of each category, for errors that do not name their own. */
export const ERROR_TYPES: Readonly<Record<ErrorCategory, string>> = {
  INVALID: 'ValidationError',
  NOT_FOUND: 'NotFoundError',
  FORBIDDEN: 'ForbiddenError',
  CONFLICT: 'ConflictError',
  RATE_LIMITED: 'RateLimitedError',
  UNAUTHENTICATED: 'UnauthenticatedError',
  UNAVAILABLE: 'UnavailableError',
};
