import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { badInput, notFound, rateLimited } from '../domain/errors/common-errors.ts';
import { silentLogger } from '../process/logging.ts';
import { publicError } from './public-errors.ts';

const seen = (
  error: unknown,
  formatted = error instanceof GraphQLError ? error.toJSON() : { message: 'x' },
) => publicError(formatted, error, { logger: silentLogger, requestId: 'req-1' });
const raisedBy = (originalError: Error) =>
  new GraphQLError(originalError.message, { originalError, path: ['a', 0] });

test('an expected failure keeps its code, message and path', () => {
  expect(seen(raisedBy(notFound('StockMovement')))).toEqual({
    message: 'There is no such stock movement, or you may not see it.',
    path: ['a', 0],
    extensions: { code: 'STOCK_MOVEMENT_NOT_FOUND', category: 'NOT_FOUND' },
  });
});

test('an expected failure says where in the arguments it is, and what to act on', () => {
  expect(seen(raisedBy(badInput('No such thing.', ['filter', 'ids', 0]))).extensions).toEqual({
    code: 'BAD_USER_INPUT',
    category: 'INVALID',
    argumentPath: ['filter', 'ids', '0'],
  });
  expect(seen(raisedBy(rateLimited(7))).extensions).toEqual({
    code: 'RATE_LIMITED',
    category: 'RATE_LIMITED',
    retryAfterSeconds: 7,
  });
});

test('anything unexpected leaves as a request id and nothing else', () => {
  const answer = seen(raisedBy(new Error('connect ECONNREFUSED 10.0.0.1:5432 password=hunter2')));
  expect(answer).toEqual({
    message: 'Something went wrong on our side.',
    path: ['a', 0],
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req-1' },
  });
});

test('a code on a foreign error does not make it public', () => {
  const leak = Object.assign(new Error('secret'), { extensions: { code: 'BAD_USER_INPUT' } });
  expect(seen(raisedBy(leak)).extensions?.code).toBe('INTERNAL_SERVER_ERROR');
});

test.each([
  ['57P01', 'SERVICE_UNAVAILABLE'],
  ['53300', 'SERVICE_UNAVAILABLE'],
  ['22021', 'BAD_USER_INPUT'],
  ['42601', 'INTERNAL_SERVER_ERROR'],
])('SQLSTATE %s leaves as %s', (state, code) => {
  const failure = Object.assign(new Error('driver says …'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause: { originalCode: state } } },
  });
  expect(seen(raisedBy(failure)).extensions?.code).toBe(code);
});

test('the database pool being full is reported as "try again", not as a bug', () => {
  expect(
    seen(raisedBy(new Error('timeout exceeded when trying to connect'))).extensions?.code,
  ).toBe('SERVICE_UNAVAILABLE');
});
