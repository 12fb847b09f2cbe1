import { readFileSync } from 'node:fs';
import { ConfigError } from '@souk/runtime/process';
import { expect, test } from 'vitest';
import { loadConfig, settings } from '../src/index.ts';

const environment = {
  CHAT_DATABASE_URL: 'postgresql://localhost/chat',
  REDIS_URL: 'redis://localhost',
  CURSOR_SECRET: 'x'.repeat(32),
  INTERNAL_IDENTITY_KEYS: '{"keys":[]}',
};

test('a complete environment is read', () => {
  expect(loadConfig(environment)).toMatchObject({
    port: 4005,
    messagesPerWindow: 10,
    messageWindowSeconds: 10,
  });
});

test('every problem is told at once', () => {
  const read = () => loadConfig({ CHAT_MESSAGES_PER_WINDOW: '0' });
  expect(read).toThrow(ConfigError);
  for (const name of ['CHAT_MESSAGES_PER_WINDOW', ...Object.keys(environment)]) {
    expect(read).toThrow(name);
  }
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
