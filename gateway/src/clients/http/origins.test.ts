import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createOrigins } from './origins.ts';

const asked = (headers: IncomingMessage['headers'], encrypted = false) =>
  ({
    headers: { host: 'shop.example', ...headers },
    socket: { encrypted },
  }) as unknown as IncomingMessage;

test.each([
  ['no page', {}, true],
  ['our own page', { origin: 'https://shop.example' }, true],
  [
    'our own page behind TLS',
    { origin: 'https://shop.example', 'x-forwarded-proto': 'https' },
    true,
  ],
  ['our own page without TLS anywhere', { origin: 'http://shop.example' }, true],
  [
    'our own page in the clear, of a server behind TLS',
    { origin: 'http://shop.example', 'x-forwarded-proto': 'https' },
    false,
  ],
  ['another host', { origin: 'https://evil.example' }, false],
  ['another port', { origin: 'https://shop.example:8443' }, false],
  ['a page on the list', { origin: 'https://app.example' }, true],
  ['a page on the list by another scheme', { origin: 'http://app.example' }, false],
  ['a page of no origin', { origin: 'null' }, false],
] as const)('a socket of %s', (_, headers, may) => {
  expect(createOrigins(['https://app.example']).mayConnect(asked(headers))).toBe(may);
});

test('a socket over TLS is not for a page that came in the clear', () => {
  const origins = createOrigins([]);
  expect(origins.mayConnect(asked({ origin: 'http://shop.example' }, true))).toBe(false);
  expect(origins.mayConnect(asked({ origin: 'https://shop.example' }, true))).toBe(true);
});
