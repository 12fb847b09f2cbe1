import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options the endpoint is at 4000, data in .data, with demo data', () => {
  expect(readOptions([], {})).toEqual({
    port: 4000,
    dataDir: resolve('.data'),
    demo: true,
    only: [],
    logLevel: 'warn',
  });
});

test('the command line goes before the environment', () => {
  const env = { PORT: '5000', SOUK_DATA: '/tmp/a' };
  expect(readOptions([], env)).toMatchObject({ port: 5000, dataDir: '/tmp/a' });
  expect(readOptions(['--port', '6000', '--data', '/tmp/b', '--no-demo'], env)).toEqual({
    port: 6000,
    dataDir: '/tmp/b',
    demo: false,
    only: [],
    logLevel: 'warn',
  });
});

test.each([
  ['--port', 'x'],
  ['--port', '70000'],
  ['--prot', '4000'],
])('%s %s is refused', (...args) => {
  expect(() => readOptions(args, {})).toThrow(/--(port|prot)/);
});

test.each([
  [{ LOG_LEVEL: '' }, 'warn'],
  [{ LOG_LEVEL: 'debug' }, 'debug'],
])('%j logs at %s', (env, logLevel) => {
  expect(readOptions([], env)).toMatchObject({ logLevel });
});

test('a level that the log does not have is refused', () => {
  expect(() => readOptions([], { LOG_LEVEL: 'loud' })).toThrow('LOG_LEVEL must be one of');
});
