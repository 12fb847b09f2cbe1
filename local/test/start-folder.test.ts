import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

const FILE = new URL('../start-folder.mjs', import.meta.url).href;

/** An installation with one package, and a folder for temporary files. */
async function installed() {
  const { startFolder } = (await import(FILE)) as { startFolder: (of: string) => string };
  const folder = mkdtempSync(join(tmpdir(), 'souk start '));
  const root = join(folder, 'souk');
  const temporary = join(folder, 'tmp');
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(temporary);
  mkdirSync(join(root, 'node_modules/tea'), { recursive: true });
  writeFileSync(join(root, 'node_modules/tea/package.json'), '{"name":"tea"}');
  writeFileSync(join(root, 'node_modules/tea/index.js'), '');
  return {
    root,
    temporary,
    startFolder: () => startFolder(root),
    /** Also root, who may write anywhere, cannot make a folder below a file. */
    forbid: () => writeFileSync(join(root, 'node_modules/.cache'), ''),
  };
}

test('bundles are below the packages of an installation', async () => {
  const { root, startFolder } = await installed();
  expect(startFolder()).toBe(join(root, 'node_modules/.cache/souk-start'));
});

test.skipIf(process.platform === 'win32')(
  'of an installation that cannot be written to they are among temporary files, and find its packages',
  async () => {
    const { root, temporary, startFolder, forbid } = await installed();
    forbid();
    const folder = startFolder();
    expect(dirname(dirname(folder))).toBe(temporary);
    expect(createRequire(join(folder, 'main/main.js')).resolve('tea')).toBe(
      join(root, 'node_modules/tea/index.js'),
    );
    expect(startFolder()).toBe(folder);
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder among temporary files that others may write to is not used',
  async () => {
    const { startFolder, forbid } = await installed();
    forbid();
    const folder = startFolder();
    chmodSync(dirname(folder), 0o777);
    expect(dirname(startFolder())).not.toBe(dirname(folder));
  },
);
