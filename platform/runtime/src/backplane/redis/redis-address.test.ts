import { expect, test } from 'vitest';
import { parseRedisUrl } from './redis-address.ts';

test.each([
  ['redis://localhost', { kind: 'server', nodes: [{ host: 'localhost', port: 6379 }] }],
  ['redis://127.0.0.1:7000/3', { nodes: [{ host: '127.0.0.1', port: 7000 }], database: 3 }],
  ['rediss://[::1]:7000', { nodes: [{ host: '::1', port: 7000 }], tls: true }],
  ['redis://:p%40ss%2Cword@host', { password: 'p@ss,word', nodes: [{ host: 'host', port: 6379 }] }],
  ['redis://ada:secret@host:1', { username: 'ada', password: 'secret' }],
  ['redis+cluster://seed:7000', { kind: 'cluster', nodes: [{ host: 'seed', port: 7000 }] }],
  [
    'redis://u:p@a:1,redis://u:p@b:2, redis://c',
    {
      kind: 'cluster',
      username: 'u',
      password: 'p',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
        { host: 'c', port: 6379 },
      ],
    },
  ],
  ['redis://a:1,b:2', { kind: 'cluster', tls: false }],
  [
    'rediss+sentinel://:p@a,b:26380/main/2',
    {
      kind: 'sentinel',
      masterName: 'main',
      database: 2,
      tls: true,
      password: 'p',
      nodes: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 26_380 },
      ],
    },
  ],
])('reads %s', (url, expected) => {
  expect(parseRedisUrl(url)).toMatchObject(expected);
});

test.each([
  '',
  'localhost:6379',
  'http://localhost',
  'redis://',
  'redis://secret@word@host',
  'redis://:secret@host:99999',
  'redis://:secret@host/one',
  'redis://:secret@a,b/1',
  'redis+sentinel://:secret@a,b',
])('refuses %j and repeats no password', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(/^The Redis address is not valid: (?!.*secret)/);
});
