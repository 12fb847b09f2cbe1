import { serviceUnavailable } from '../domain/errors/common-errors.ts';
import { DomainError } from '../domain/errors/domain-error.ts';
import { cutText } from '../domain/text/graphemes.ts';

/** The properties of errors of pg, Prisma and Node that tell what happened. */
interface Failure {
  code?: unknown;
  message?: unknown;
  kind?: unknown;
  originalCode?: unknown;
  originalMessage?: unknown;
  cause?: unknown;
  errors?: unknown;
  meta?: { code?: unknown; driverAdapterError?: unknown };
}

/**
 * An error and its causes, outermost first: Prisma wraps its adapter's error, which wraps the driver's, and a
 * host name with several addresses fails with an error for each.
 */
function* layersOf(error: unknown, seen = new Set<unknown>()): Generator<Failure> {
  if (error === null || typeof error !== 'object' || seen.has(error)) return;
  seen.add(error);
  const layer = error as Failure;
  yield layer;
  const inner = [layer.meta, layer.meta?.driverAdapterError, layer.cause];
  for (const part of [...inner, ...(Array.isArray(layer.errors) ? layer.errors : [])]) {
    yield* layersOf(part, seen);
  }
}

/** Five characters, but neither Prisma's own codes (`P2028`) nor Node's (`EPIPE`). */
const SQL_STATE = /^(?!P[1-9]|E[A-Z])[0-9A-Z]{5}$/;

/** PostgreSQL's own code (SQLSTATE) behind a Prisma or pg error, if there is one. */
export function sqlStateOf(error: unknown): string | null {
  for (const { originalCode, code } of layersOf(error)) {
    for (const value of [originalCode, code]) {
      if (typeof value === 'string' && SQL_STATE.test(value)) return value;
    }
  }
  return null;
}

/** Serialization failure, deadlock, and Prisma's names for both: safe to run again as a whole. */
export const isRetryableConflict = (error: unknown): boolean =>
  [...layersOf(error)].some(
    ({ code, originalCode, kind }) =>
      [code, originalCode].some((value) => value === '40001' || value === '40P01') ||
      code === 'P2034' ||
      kind === 'TransactionWriteConflict',
  );

export function isUniqueViolation(error: unknown): boolean {
  return sqlStateOf(error) === '23505' || (error as Failure)?.code === 'P2002';
}

/** lock_timeout expired while another transaction held the row. */
export const isLockTimeout = (error: unknown): boolean => sqlStateOf(error) === '55P03';

/** Codes by which a server is away, restarting, full, too slow, or lets nobody in. */
const UNAVAILABLE = {
  /**
   * https://www.postgresql.org/docs/current/errcodes-appendix.html; a standby sends 25006. A database that is not to be
   * connected to, or that is being restored, sends 55000 or 3D000; where passwords and rights are being changed it
   * sends 28xxx; 58xxx is a failure of its disk.
   */
  sqlState:
    /^(08\w{3}|28\w{3}|3D000|53\w{3}|55000|57P0\d|57014|58\w{3}|55P03|25P03|25P04|25006|40001|40P01|40003)$/,
  /** https://www.prisma.io/docs/orm/reference/error-reference */
  prisma: /^(P1000|P1001|P1002|P1003|P1008|P1010|P1011|P1017|P2024|P2028|P2034|P2037)$/,
  node: /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)(UNREACH|DOWN))$/,
  adapter:
    /^(DatabaseNotReachable|DatabaseDoesNotExist|DatabaseAccessDenied|AuthenticationFailed|TlsConnectionError|ConnectionClosed|SocketTimeout|TooManyConnections|TransactionWriteConflict)$/,
  /** What pg and its pool throw without any code. */
  message:
    /^(Connection terminated|Client (was closed|has encountered a connection error) and is not queryable|timeout exceeded when trying to connect|timeout expired$|Query read timeout$|Cannot use a pool after calling end)/,
};

const saysUnavailable = ({ code, originalCode, kind, message }: Failure): boolean =>
  [code, originalCode].some(
    (value) =>
      typeof value === 'string' &&
      (SQL_STATE.test(value)
        ? UNAVAILABLE.sqlState.test(value)
        : UNAVAILABLE.prisma.test(value) || UNAVAILABLE.node.test(value)),
  ) ||
  (typeof kind === 'string' && UNAVAILABLE.adapter.test(kind)) ||
  (typeof message === 'string' && UNAVAILABLE.message.test(message));

/** Database failures that are not bugs, as the coded error that a client gets; null for others. */
export function databaseErrorAsDomainError(error: unknown): DomainError | null {
  if (!(error instanceof Error)) return null;
  if ([...layersOf(error)].some(saysUnavailable)) return serviceUnavailable();
  if (sqlStateOf(error) === '22021') {
    return new DomainError(
      'BAD_USER_INPUT',
      'INVALID',
      'The text contains a character that cannot be stored.',
    );
  }
  return null;
}

/**
 * Whether something that the work needs is away, so that the same work may succeed later; anything else is a
 * failure of the work itself.
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DomainError) return error.category === 'UNAVAILABLE';
  return error instanceof Error && [...layersOf(error)].some(saysUnavailable);
}

/** Codes of time limits that expired: of a lock, a statement, an idle or a whole transaction. */
const TIMED_OUT = /^(55P03|57014|25P03|25P04|P2028)$/;
/** `P2028` also stands for a transaction that could not begin because every connection was taken. */
const NOT_BEGUN = /^Unable to start a transaction/;
const TOO_SLOW = /^Query read timeout$/;

/**
 * Whether one of our time limits expired. To a client that is unavailability, but the work itself may be the
 * cause if it takes too long however often it is repeated.
 */
export const isTimeOut = (error: unknown): boolean =>
  [...layersOf(error)].some(({ code, originalCode, message }) => {
    const text = typeof message === 'string' ? message.replace(/^Transaction API error: /, '') : '';
    if (TOO_SLOW.test(text)) return true;
    return (
      [code, originalCode].some((value) => typeof value === 'string' && TIMED_OUT.test(value)) &&
      !NOT_BEGUN.test(text)
    );
  });

/** The innermost description of what happened, as one line for a log. */
export function reasonOf(error: unknown): string {
  let reason = String(error);
  for (const { originalMessage, message, code } of layersOf(error)) {
    const said = [originalMessage, message].find((text) => typeof text === 'string' && text !== '');
    if (said) reason = String(said).trim().split('\n').at(-1) ?? '';
    else if (typeof code === 'string' && code !== '') reason = code;
  }
  return cutText(reason, 300);
}
