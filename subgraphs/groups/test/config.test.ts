import { readFileSync } from 'node:fs';
import { ConfigError } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { loadConfig, settings } from '../src/index.ts';

const environment = {
  GROUPS_DATABASE_URL: 'postgresql://localhost/groups',
  REDIS_URL: 'redis://localhost',
  CURSOR_SECRET: 'x'.repeat(32),
  INTERNAL_IDENTITY_KEYS: '{"keys":[]}',
};

test('a complete environment is read', () => {
  expect(loadConfig(environment)).toMatchObject({ port: 4004 });
});

test('every problem is told at once', () => {
  const read = () => loadConfig({ PORT: '99999' });
  expect(read).toThrow(ConfigError);
  for (const name of ['PORT', ...Object.keys(environment)]) expect(read).toThrow(name);
});

test('.env.example names every setting, and nothing else', () => {
  const file = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const named = [...file.matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(
    Object.values(settings)
      .map(({ variable }) => variable)
      .sort(),
  );
});
