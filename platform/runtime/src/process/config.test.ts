import { expect, test } from 'vitest';
import {
  ConfigError,
  exampleEnvironment,
  flag,
  integer,
  oneOf,
  port,
  readConfig,
  secret,
  url,
} from './config.ts';

const settings = {
  port: port('PORT', 4001),
  database: url('DATABASE_URL', undefined, 'postgresql://localhost/x'),
  cursors: secret('CURSOR_SECRET'),
  open: flag('OPEN', true),
  level: oneOf('LEVEL', ['info', 'debug'], 'info'),
  retries: integer('RETRIES', 3, { max: 10 }),
};
const good = { DATABASE_URL: 'postgresql://db/x', CURSOR_SECRET: 'x'.repeat(32) };

test('settings are read with their types and defaults, and cannot be changed', () => {
  const config = readConfig({ ...good, PORT: '80', OPEN: 'false' }, settings);
  expect(config).toEqual({
    port: 80,
    database: 'postgresql://db/x',
    cursors: 'x'.repeat(32),
    open: false,
    level: 'info',
    retries: 3,
  });
  expect(Object.isFrozen(config)).toBe(true);
});

test('an empty variable counts as not set', () => {
  expect(readConfig({ ...good, PORT: '  ' }, settings).port).toBe(4001);
});

test('every problem is reported at once, and no secret is repeated', () => {
  const read = () =>
    readConfig(
      { PORT: '99999', CURSOR_SECRET: 'hunter2', OPEN: 'yes', LEVEL: 'loud', RETRIES: '1.5' },
      settings,
    );
  expect(read).toThrow(ConfigError);
  try {
    read();
  } catch (error) {
    const { problems, message } = error as ConfigError;
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'CURSOR_SECRET',
      'OPEN',
      'LEVEL',
      'RETRIES',
    ]);
    expect(message).not.toContain('hunter2');
  }
});

test('the example environment shows required settings and comments the others out', () => {
  expect(
    exampleEnvironment({
      a: port('PORT', 4001),
      b: url('DATABASE_URL', undefined, 'postgresql://db'),
    }),
  ).toBe('# PORT=4001\nDATABASE_URL=postgresql://db\n');
});
