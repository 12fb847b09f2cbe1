import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { servedHosts } from './served-hosts.ts';

const isServed = servedHosts(['localhost', 'https://shop.example', 'http://box.lan:8080']);
const asked = (host: string | undefined) => ({ headers: { host } }) as IncomingMessage;

test.each([
  ['localhost', true],
  ['localhost:4900', true],
  ['LOCALHOST:4900', true],
  ['souk.localhost:4900', true],
  ['127.0.0.1:4900', true],
  ['[::1]:4900', true],
  ['shop.example', true],
  ['shop.example:4900', true],
  ['box.lan:4900', true],
  [undefined, true],
  ['evil.example:4900', false],
  ['localhost.evil.example', false],
  ['evil.example#localhost', false],
  ['localhost@evil.example', false],
  ['evillocalhost', false],
  ['127.0.0.1.nip.io:4900', false],
  ['', false],
  ['%', false],
])('Host: %s is served: %s', (host, served) => {
  expect(isServed(asked(host))).toBe(served);
});
