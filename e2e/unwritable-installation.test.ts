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
  // Bundled elsewhere, a program has to find what stays outside of bundles, and what lies beside its source. All of Souk is
  // bundled and started so by `npm-start.test.ts`.
  writeFileSync(
    join(checkout, 'local/src/small.ts'),
    `import { verify } from '@node-rs/argon2';
     import { optionsOrExit } from './command-line.ts';
     import { fileURLToPath } from 'node:url';
     console.log(typeof verify, fileURLToPath(new URL('../package.json', import.meta.url)));
     optionsOrExit('small');`,
  );
  const args = ['local/launch.mjs', 'src/small.ts', '--help'];
  const env = { ...process.env, TMPDIR: temporary };
  const { stdout } = await run(process.execPath, args, { cwd: checkout, env });
  expect(stdout).toContain(`function ${join(checkout, 'local/package.json')}\n`);
  expect(stdout).toContain('--port');
  expect(readdirSync(temporary)).toHaveLength(1);
});
