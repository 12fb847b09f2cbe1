import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHolder, takeInstanceLock } from '../src/process/instance-lock.ts';
import { runInChild } from './run-in-child.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'souk lock '));
});
afterEach(() => rmSync(folder, { recursive: true }));

const held = (pid: number) => new Error(`held by ${pid}`);

test('a lock is held until it is released, and leaves one file', () => {
  const file = join(folder, 'instance.lock');
  const lock = takeInstanceLock(file, held);
  expect(readHolder(file)?.pid).toBe(process.pid);
  expect(() => takeInstanceLock(file, held)).toThrow(`held by ${process.pid}`);
  lock.release();
  expect(readHolder(file)).toBeNull();
  const next = takeInstanceLock(file, held);
  lock.release();
  expect(readHolder(file)?.pid).toBe(process.pid);
  expect(readdirSync(folder)).toHaveLength(1);
  next.release();
});

test('of several who find the lock of a dead process at one moment, exactly one takes it', async () => {
  const rounds = 40;
  for (let round = 0; round < rounds; round += 1) {
    writeFileSync(
      join(folder, `lock-${round}.1`),
      JSON.stringify({ pid: 2 ** 30, startedAt: '1' }),
    );
  }
  const reports = await Promise.all(
    [0, 1, 2].map((me) => runInChild('./lock-race.ts', folder, String(me), '3', String(rounds))),
  );
  const winners = reports.flatMap(({ report }) => String(report.won).split(' ').filter(Boolean));
  expect(winners.map(Number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: rounds }, (_, n) => n),
  );
});
