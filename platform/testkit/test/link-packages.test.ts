import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkPackages } from '@souk/testkit';
import { expect, onTestFinished, test } from 'vitest';

test('a copy of a checkout shares its packages, and none of what the checkout makes for itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'souk packages '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const from = join(folder, 'from');
  const to = join(folder, 'to');
  for (const name of ['tea', '@tea/pot', '.cache/souk-start', '.vite/vitest', '@souk/chat']) {
    mkdirSync(join(from, name), { recursive: true });
  }
  linkPackages(from, to);
  expect(readdirSync(to).sort()).toEqual(['@souk', '@tea', 'tea']);
  expect(readdirSync(join(to, '@souk'))).toEqual([]);
});
