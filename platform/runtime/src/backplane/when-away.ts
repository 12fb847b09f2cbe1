import { DomainError } from '../domain/errors/domain-error.ts';

/** Whether a call of the backplane failed because Redis is away, and not because it was wrong. */
export const isAway = (error: unknown): boolean =>
  error instanceof DomainError && error.category === 'UNAVAILABLE';

/**
 * The result of a call, or something else while Redis is away. For calls that are worth little compared with
 * the request they belong to; `docs/operations.md` has the rule for each use of Redis.
 */
export async function unlessAway<Result, Otherwise>(
  call: Promise<Result>,
  otherwise: Otherwise,
): Promise<Result | Otherwise> {
  try {
    return await call;
  } catch (error) {
    if (!isAway(error)) throw error;
    return otherwise;
  }
}
