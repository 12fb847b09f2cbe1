import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig, text } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'souk secrets '));
const file = join(folder, 'cursor_secret');
writeFileSync(file, 'from the file\n');
afterAll(() => rmSync(folder, { recursive: true }));
const settings = { secret: text('CURSOR_SECRET') };

test.each([
  [{ CURSOR_SECRET_FILE: file }, 'from the file'],
  [{ CURSOR_SECRET: ' ', CURSOR_SECRET_FILE: file }, 'from the file'],
  [{ CURSOR_SECRET: 'said', CURSOR_SECRET_FILE: file }, 'said'],
])('%j says it', (env, secret) => {
  expect(readConfig(env, settings)).toEqual({ secret });
});

test('a file that cannot be read is a problem like any other', () => {
  const CURSOR_SECRET_FILE = join(folder, 'away');
  expect(() => readConfig({ CURSOR_SECRET_FILE }, settings)).toThrow(
    `CURSOR_SECRET cannot be read from the file ${CURSOR_SECRET_FILE} of CURSOR_SECRET_FILE (ENOENT).`,
  );
});
