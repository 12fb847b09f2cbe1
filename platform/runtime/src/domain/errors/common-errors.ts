import { DomainError } from './domain-error.ts';

/** Failures that every subgraph has. A subgraph's own are in its `domain/errors.ts`. */

export const unauthenticated = () =>
  new DomainError('UNAUTHENTICATED', 'UNAUTHENTICATED', 'Sign in to do this.');

export const missingScope = () =>
  new DomainError('FORBIDDEN', 'FORBIDDEN', 'Your account may not do this.');

export const accountSuspended = () =>
  new DomainError(
    'ACCOUNT_SUSPENDED',
    'FORBIDDEN',
    'Your account is suspended: for now you can read, but not change anything.',
  );

export const apiKeyScopeMissing = () =>
  new DomainError(
    'API_KEY_SCOPE_MISSING',
    'FORBIDDEN',
    'This API key does not have the scope for that.',
  );

export const badInput = (message: string, path?: readonly (string | number)[]) =>
  new DomainError('BAD_USER_INPUT', 'INVALID', message, path ? { path } : {});

/**
 * A value that no form produces, such as a number out of its range: a mistake of the client program, which
 * ends the request instead of being shown to a person beside a field.
 */
export const badRequest = (message: string, path: readonly (string | number)[]) =>
  new DomainError('BAD_USER_INPUT', 'INVALID', message, { path, type: 'BadRequestError' });

/** `noun` names the kind of thing: "Room", "Product". */
export const notFound = (noun: string, path?: readonly (string | number)[]) =>
  new DomainError(
    `${noun.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}_NOT_FOUND`,
    'NOT_FOUND',
    `There is no such ${noun.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}, or you may not see it.`,
    path ? { path } : {},
  );

export const idempotencyKeyReused = (path: readonly string[] = ['input', 'idempotencyKey']) =>
  new DomainError(
    'IDEMPOTENCY_KEY_REUSED',
    'CONFLICT',
    'This idempotency key was used before with a different input.',
    { type: 'IdempotencyMismatchError', path },
  );

export const idempotencyInProgress = () =>
  new DomainError(
    'IDEMPOTENCY_IN_PROGRESS',
    'UNAVAILABLE',
    'The first request with this idempotency key is still being handled; try again.',
  );

export const rateLimited = (retryAfterSeconds: number) =>
  new DomainError(
    'RATE_LIMITED',
    'RATE_LIMITED',
    `Too many requests; try again in ${retryAfterSeconds} s.`,
    {
      data: { retryAfterSeconds },
    },
  );

export const versionConflict = (currentVersion: number) =>
  new DomainError(
    'VERSION_CONFLICT',
    'CONFLICT',
    'Somebody changed this in the meantime; read it again and repeat your change.',
    { type: 'VersionConflictError', data: { currentVersion } },
  );

export const serviceUnavailable = () =>
  new DomainError(
    'SERVICE_UNAVAILABLE',
    'UNAVAILABLE',
    'This is not available right now; try again.',
  );
