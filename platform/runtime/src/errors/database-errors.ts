import { serviceUnavailable } from './common-errors.ts';
import { DomainError } from './domain-error.ts';

interface DatabaseFailure {
  code?: unknown;
  message?: unknown;
  meta?: { code?: unknown; driverAdapterError?: { cause?: { originalCode?: unknown } } };
}

/** PostgreSQL's own code (SQLSTATE) behind a Prisma or pg error, where there is one. */
export function sqlStateOf(error: unknown): string | null {
  const { code, meta } = (error ?? {}) as DatabaseFailure;
  const candidates = [meta?.driverAdapterError?.cause?.originalCode, meta?.code, code];
  return (candidates.find((value) => typeof value === 'string' && /^[0-9A-Z]{5}$/.test(value)) ??
    null) as string | null;
}

/** Serialization failure, deadlock, and Prisma's name for both: safe to run again as a whole. */
export function isRetryableConflict(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state === '40001' || state === '40P01' || (error as DatabaseFailure)?.code === 'P2034';
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === '23505' || (error as DatabaseFailure)?.code === 'P2002';
}

/** lock_timeout ran out while another transaction held the row. */
export const isLockTimeout = (error: unknown): boolean => sqlStateOf(error) === '55P03';

/** Codes of a database that is away, restarting, full or too slow to be waited for. */
const UNAVAILABLE =
  /^(P1001|P1002|P1008|P1017|P2024|P2028|57P0[1-4]|53\d{3}|08\d{3}|57014|55P03|ECONN\w*)$/;

/** Database failures that are nobody's bug, as the coded error a client gets; others are null. */
export function databaseErrorAsDomainError(error: unknown): DomainError | null {
  if (!(error instanceof Error)) return null;
  const { code, message } = error as DatabaseFailure;
  const codes = [sqlStateOf(error), typeof code === 'string' ? code : null];
  if (codes.some((value) => value !== null && UNAVAILABLE.test(value))) return serviceUnavailable();
  if (typeof message === 'string' && message.includes('timeout exceeded when trying to connect')) {
    return serviceUnavailable();
  }
  if (sqlStateOf(error) === '22021') {
    return new DomainError(
      'BAD_USER_INPUT',
      'INVALID',
      'The text holds a character we cannot store.',
    );
  }
  return null;
}
