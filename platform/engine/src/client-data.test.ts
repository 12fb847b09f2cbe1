import { expect, test } from 'vitest';
import { clientError, isExposedByDefault } from './errors.ts';

const exposure = { mask: true, isExposed: isExposedByDefault, requestId: 'req-1' };
const seen = (extensions: Record<string, unknown>) =>
  clientError({ message: 'No.', extensions }, ['field'], exposure).extensions;

test('a client learns when to try again, and which argument is wrong', () => {
  expect(seen({ code: 'RATE_LIMITED', retryAfterSeconds: 7 })).toEqual({
    code: 'RATE_LIMITED',
    retryAfterSeconds: 7,
  });
  expect(seen({ code: 'BAD_USER_INPUT', argumentPath: ['input', 'lines', '0', 'sku'] })).toEqual({
    code: 'BAD_USER_INPUT',
    argumentPath: ['input', 'lines', '0', 'sku'],
  });
});

test('nothing else gets out of a subgraph with an exposed code', () => {
  const inside = {
    stacktrace: ['at /srv/app.js:1'],
    exception: { stacktrace: ['at /srv/app.js:1'] },
    response: { url: 'http://10.0.0.7:4001/graphql', body: 'secret' },
    serviceName: 'http://users:4001',
    http: { status: 500, headers: { 'x-key': 'secret' } },
    originalError: { sql: 'select 1' },
  };
  expect(seen({ code: 'ROOM_NOT_FOUND', ...inside })).toEqual({ code: 'ROOM_NOT_FOUND' });
});

test.each([
  ['retryAfterSeconds', ['http://10.0.0.7', -1, Number.NaN, Infinity, { stack: 'x' }, null]],
  [
    'argumentPath',
    [
      'input',
      ['http://10.0.0.7/graphql'],
      ['select * from users'],
      [{ stack: 'x' }],
      [-1],
      [1.5],
      Array.from({ length: 33 }, () => 'input'),
      ['x'.repeat(65)],
      null,
    ],
  ],
])('%s in another form than its own stays inside', (name, values) => {
  for (const value of values) expect(seen({ code: 'ODD', [name]: value })).toEqual({ code: 'ODD' });
});

test('a masked error brings no data along, whatever it is called', () => {
  expect(seen({ code: 'INTERNAL_SERVER_ERROR', retryAfterSeconds: 7 })).toEqual({
    code: 'SUBGRAPH_ERROR',
    requestId: 'req-1',
  });
});
