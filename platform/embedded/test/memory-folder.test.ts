import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryFolder, removeAbandoned } from '../src/postgres/memory-folder.ts';
import { takeInstanceLock } from '../src/process/instance-lock.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk memory '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('servers go where there is room for them, else among temporary files', () => {
  expect(memoryFolder(folder, 1)).toBe(folder);
  expect(memoryFolder(folder, Number.MAX_SAFE_INTEGER)).toBe(tmpdir());
  expect(memoryFolder(join(folder, 'not there'), 1)).toBe(tmpdir());
});

test('what a killed process left behind is removed; what runs, is being created or belongs to others stays', () => {
  const make = (name: string, { hoursAgo = 2, held = false } = {}) => {
    const path = join(folder, name);
    mkdirSync(join(path, 'data'), { recursive: true });
    const never = () => new Error('Nobody holds it yet.');
    if (held) takeInstanceLock(join(path, 'data', 'instance.lock'), never);
    const madeAt = Date.now() / 1000 - hoursAgo * 3600;
    utimesSync(path, madeAt, madeAt);
    return path;
  };
  const left = make('server-left');
  const kept = [
    make('server-held', { held: true }),
    make('server-new', { hoursAgo: 0 }),
    make('another'),
  ];
  removeAbandoned(folder, 'server-');
  expect(existsSync(left)).toBe(false);
  for (const path of kept) expect(existsSync(path), path).toBe(true);
});
