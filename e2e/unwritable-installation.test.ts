import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { copyCheckout } from './support/checkout-copy.ts';

const run = promisify(execFile);

test('an installation that the user may not write to starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'souk unwritable '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const checkout = join(folder, 'souk');
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  copyCheckout(checkout);
  // Also root, who may write anywhere, cannot make a folder below a file.
  writeFileSync(join(checkout, 'node_modules/.cache'), '', { flag: 'wx' });
  const args = ['local/launch.mjs', 'src/main.ts', '--help'];
  const env = { ...process.env, TMPDIR: temporary };
  const { stdout } = await run(process.execPath, args, { cwd: checkout, env });
  expect(stdout).toContain('--port');
  expect(readdirSync(temporary)).toHaveLength(1);
});
