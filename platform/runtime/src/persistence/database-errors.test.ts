import { expect, test } from 'vitest';
import {
  idempotencyInProgress,
  serviceUnavailable,
  versionConflict,
} from '../domain/errors/common-errors.ts';
import {
  databaseErrorAsDomainError,
  isRetryableConflict,
  isTimeOut,
  isUnavailable,
  reasonOf,
  sqlStateOf,
} from './database-errors.ts';

/** The shapes that Prisma 7 on pg 8 throws, as seen from real servers (see users' test of them). */
const prisma = (
  code: string,
  cause: Record<string, unknown> = {},
  message = 'Invalid invocation',
) =>
  Object.assign(new Error(`\nInvalid \`prisma.account.findMany()\`:\n\n${message}`), {
    name: 'PrismaClientKnownRequestError',
    code,
    meta: {
      modelName: 'Account',
      driverAdapterError: Object.assign(new Error(String(cause.kind)), {
        name: 'DriverAdapterError',
        cause,
      }),
    },
  });
const raw = (state: string) =>
  prisma('P2010', { originalCode: state, originalMessage: 'x', kind: 'postgres', code: state });
const driver = (state: string) =>
  Object.assign(new Error('terminating connection'), { name: 'error', code: state });
const system = (code: string) => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code });

const AWAY: [string, unknown][] = [
  ["can't reach the server", prisma('P1001', { kind: 'DatabaseNotReachable', host: 'db' })],
  ["can't reach the server, raw", prisma('P2010', { kind: 'DatabaseNotReachable', host: 'db' })],
  ['the server closed the connection', prisma('P1017', { kind: 'ConnectionClosed' })],
  ['the server closed it, raw', prisma('P2010', { kind: 'ConnectionClosed' })],
  ['a socket timed out, raw', prisma('P2010', { kind: 'SocketTimeout' })],
  ['the database is being restored', prisma('P1003', { kind: 'DatabaseDoesNotExist' })],
  ['the password is another by now', prisma('P1000', { kind: 'AuthenticationFailed' })],
  ['nobody is to connect, raw', prisma('P2010', { kind: 'DatabaseAccessDenied' })],
  ['too many connections', prisma('P2037', { kind: 'TooManyConnections' })],
  ['write conflict', prisma('P2034', { kind: 'TransactionWriteConflict' })],
  ['no transaction in time', Object.assign(new Error('…'), { code: 'P2028', meta: {} })],
  ...['57P01', '57P02', '57P03', '57P05', '57014', '55P03', '53300', '53100', '08006', '08000'].map(
    (state): [string, unknown] => [`SQLSTATE ${state}, raw`, raw(state)],
  ),
  ...['25P03', '25P04', '25006', '40001', '40P01', '57P01', '57P03', '55000', '3D000'].map(
    (state): [string, unknown] => [`SQLSTATE ${state} of the driver`, driver(state)],
  ),
  ...['28000', '28P01', '58000', '58030'].map((state): [string, unknown] => [
    `SQLSTATE ${state} of the driver`,
    driver(state),
  ]),
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
  ].map((code): [string, unknown] => [code, system(code)]),
  ['every address refused', new AggregateError([system('ECONNREFUSED')], '')],
  ...[
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ].map((message): [string, unknown] => [message, new Error(message)]),
  ['wrapped once more', new Error('use case failed', { cause: driver('57P01') })],
];

test.each(AWAY)('%s is unavailable: retryable, one line, no detail for the client', (_, error) => {
  expect(databaseErrorAsDomainError(error)).toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    category: 'UNAVAILABLE',
  });
  expect(isUnavailable(error)).toBe(true);
  expect(reasonOf(error)).not.toBe('');
  expect(reasonOf(error)).not.toContain('\n');
});

const OURS: [string, unknown][] = [
  [
    'unique violation',
    prisma('P2002', { originalCode: '23505', kind: 'UniqueConstraintViolation' }),
  ],
  ['no such table', prisma('P2021', { originalCode: '42P01', kind: 'TableDoesNotExist' })],
  ['syntax', raw('42601')],
  ['aborted transaction', raw('25P02')],
  ['raised by a function', raw('P0001')],
  ['no such record', Object.assign(new Error('…'), { code: 'P2025', meta: {} })],
  ['a bug', new TypeError("Cannot read properties of undefined (reading 'code')")],
  ['somebody who mentions it', new Error('the mail says: Connection terminated')],
  ['no error at all', 'Connection terminated'],
];

test.each(OURS)('%s stays what it is', (_, error) => {
  expect(databaseErrorAsDomainError(error)).toBeNull();
  expect(isUnavailable(error)).toBe(false);
});

const P2028 = (message: string) => Object.assign(new Error(message), { code: 'P2028', meta: {} });
const expired =
  'Transaction already closed: A query cannot be executed on an expired transaction. The timeout for this transaction was 10000 ms, however 10004 ms passed since the start of the transaction.';
const notBegun = 'Unable to start a transaction in the given time.';

test.each([
  ['an expired transaction', P2028(expired), true],
  [
    'an expired transaction, as Prisma prefixes it',
    P2028(`Transaction API error: ${expired}`),
    true,
  ],
  ['a transaction that found no connection', P2028(notBegun), false],
  ['the same, as Prisma prefixes it', P2028(`Transaction API error: ${notBegun}`), false],
  ['a statement that took too long', raw('57014'), true],
  ['a lock that was not given', driver('55P03'), true],
  ['a transaction that did nothing for too long', driver('25P03'), true],
  ['an answer that did not come', new Error('Query read timeout'), true],
  ['a server that restarts', driver('57P01'), false],
  ['a server that is not there', system('ECONNREFUSED'), false],
  [
    'a connection that does not come about',
    new Error('timeout exceeded when trying to connect'),
    false,
  ],
  ['expected unavailability', serviceUnavailable(), false],
  ['a bug', new TypeError('x'), false],
])('a limit of time that ran out is distinguished from what is away: %s', (_, error, timedOut) => {
  expect(isTimeOut(error)).toBe(timedOut);
});

test('expected failures are known by their category', () => {
  expect([serviceUnavailable(), idempotencyInProgress()].map(isUnavailable)).toEqual([true, true]);
  expect(isUnavailable(versionConflict(3))).toBe(false);
});

test('conflicts that may run again are distinguished from what is merely away', () => {
  expect([raw('40001'), driver('40P01'), prisma('P2034')].map(isRetryableConflict)).toEqual([
    true,
    true,
    true,
  ]);
  expect([raw('57P01'), raw('23505')].map(isRetryableConflict)).toEqual([false, false]);
});

test("PostgreSQL's code is not mixed up with Prisma's or Node's", () => {
  expect(sqlStateOf(prisma('P1001', { kind: 'DatabaseNotReachable' }))).toBeNull();
  expect(sqlStateOf(system('EPIPE'))).toBeNull();
  expect(sqlStateOf(raw('57P01'))).toBe('57P01');
});

test('an error that contains itself is read to its end', () => {
  const loop = new Error('Connection terminated unexpectedly');
  loop.cause = loop;
  expect(isUnavailable(loop)).toBe(true);
});
