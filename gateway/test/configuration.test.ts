import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentOf } from '../src/command-line.ts';
import { loadConfig, rateLimitsOf, settings } from '../src/config.ts';
import { DEFAULT_RATE_LIMITS, NO_RATE_LIMITS } from '../src/limits/rates/rate-limits.ts';

test('.env.example lists every setting with its default or an example', () => {
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const subgraphs = [...example.matchAll(/^# (\w+)_URL=http:\/\/localhost:400[1-6]\/graphql$/gm)];
  expect(subgraphs).toHaveLength(6);
  for (const { variable, example: value } of Object.values(settings)) {
    expect(example).toContain(`# ${variable}=${value}\n`);
  }
});

test('the table of rates in the documentation has their defaults', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const rates = Object.values(settings).filter(({ variable }) => variable.startsWith('LIMIT_RATE'));
  expect(rates).toHaveLength(12);
  for (const { variable, example } of rates) {
    expect(page).toContain(`| \`${variable}\` | \`${example}\` |`);
  }
});

test('everything has a default', () => {
  expect(loadConfig({})).toMatchObject({
    port: 4000,
    depth: 15,
    introspection: false,
    playground: false,
  });
});

test('all problems are reported at once', () => {
  const env = {
    PORT: 'x',
    LIMIT_DEPTH: '0',
    ALLOWED_ORIGINS: 'shop.example',
    INTROSPECTION: 'yes',
  };
  expect(() => loadConfig(env)).toThrow(
    /PORT(.|\n)*ALLOWED_ORIGINS(.|\n)*INTROSPECTION(.|\n)*LIMIT_DEPTH/,
  );
});

test('the command line goes before the environment', () => {
  const args = [
    '--port',
    '5000',
    '--limit',
    'depth=20',
    '--limit',
    'messagesPerSecond=off',
    '--url',
    'users=http://u/',
    '--url',
    'my-reviews=https://r/graphql?a=b,c=d',
    '--introspection',
  ];
  const env = environmentOf(args, {
    PORT: '4500',
    LIMIT_DEPTH: '3',
    HOST: '0.0.0.0',
    SUBGRAPH_URLS: 'users=http://not-there/, other=http://o/',
  });
  if (env === 'help') throw new Error('no help was asked for');
  expect(loadConfig(env)).toMatchObject({
    port: 5000,
    host: '0.0.0.0',
    depth: 20,
    messagesPerSecond: Number.POSITIVE_INFINITY,
    introspection: true,
    subgraphUrls: {
      users: 'http://u/',
      'my-reviews': 'https://r/graphql?a=b%2Cc=d',
      other: 'http://o/',
    },
  });
});

test.each(['users', '=http://u/', 'users=', 'users=u:4001', 'users=file:///etc/passwd'])(
  'the address "%s" of a subgraph is refused with an example of a good one',
  (pair) => {
    expect(() => loadConfig({ SUBGRAPH_URLS: pair })).toThrow(/SUBGRAPH_URLS.*NAME=URL/s);
  },
);

test('the limits on operations can be switched off together', () => {
  const env = environmentOf(['--no-limits'], {});
  if (env === 'help') throw new Error('no help was asked for');
  expect(loadConfig(env)).toMatchObject({ depth: Number.POSITIVE_INFINITY, bodyBytes: 262_144 });
});

test('rates are a number within a period, or off', () => {
  const env = environmentOf(['--limit', 'rateLogin=50/2h', '--limit', 'rateMail=off'], {
    LIMIT_RATE_COST: '1/s',
  });
  if (env === 'help') throw new Error('no help was asked for');
  expect(rateLimitsOf(loadConfig(env))).toEqual({
    ...DEFAULT_RATE_LIMITS,
    rateLogin: { points: 50, perSeconds: 7_200 },
    rateMail: 'off',
    rateCost: { points: 1, perSeconds: 1 },
  });
  const none = environmentOf(['--no-limits'], {});
  if (none === 'help') throw new Error('no help was asked for');
  expect(rateLimitsOf(loadConfig(none))).toEqual(NO_RATE_LIMITS);
});

test.each(['20', '0/1m', '20/0m', '20/1y', '1.5/1m', '20/15', '-1/1s', ' /m', 'on'])(
  'the rate "%s" is refused with an example of a good one',
  (value) => {
    expect(() => loadConfig({ LIMIT_RATE_LOGIN: value })).toThrow(/LIMIT_RATE_LOGIN.*20\/15m/);
  },
);

test.each([
  ['--limit', 'port=1'],
  ['--limit', 'depth'],
  ['--limit', 'constructor=1'],
  ['--deep', '1'],
])('%s %s is refused', (...args) => {
  expect(() => environmentOf(args, {})).toThrow();
});
