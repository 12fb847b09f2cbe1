import { readFileSync } from 'node:fs';
import { ConfigError } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { loadConfig, loadOwnConfig, settings } from '../src/index.ts';

const environment = {
  PRODUCTS_DATABASE_URL: 'postgresql://localhost/products',
  REDIS_URL: 'redis://localhost',
  CURSOR_SECRET: 'x'.repeat(32),
  INTERNAL_IDENTITY_KEYS: '{"keys":[]}',
};

test('a complete environment is read', () => {
  expect(loadConfig(environment)).toMatchObject({ port: 4002, sellers: 'open' });
});

test('every problem is told at once', () => {
  const read = () => loadConfig({ SELLERS: 'anybody', PORT: '99999' });
  expect(read).toThrow(ConfigError);
  for (const name of ['SELLERS', 'PORT', ...Object.keys(environment)]) expect(read).toThrow(name);
});

test('whoever embeds products gives the rest; only selling is their own', () => {
  expect(loadOwnConfig({})).toEqual({ sellers: 'open' });
  expect(loadOwnConfig({ SELLERS: 'granted' })).toEqual({ sellers: 'granted' });
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
