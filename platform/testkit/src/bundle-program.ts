import { execFile } from 'node:child_process';
import { basename, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Below packages, which a bundle still looks for: native ones stay outside of it. */
const BUNDLES = join(ROOT, 'node_modules/.cache/souk-test-programs');

/**
 * A program in TypeScript as one that Node runs by itself, for tests that start it again and again: it reads some
 * files in place of two thousand, and takes a third of the processor to start. Made once in a process, of the sources of then.
 */
export function bundleProgram(file: URL): Promise<URL> {
  const known = bundled.get(file.href) ?? bundle(file);
  bundled.set(file.href, known);
  // Whoever asks next tries again.
  known.catch(() => bundled.delete(file.href));
  return known;
}

const bundled = new Map<string, Promise<URL>>();

async function bundle(file: URL): Promise<URL> {
  const source = fileURLToPath(file);
  // Always the same one, which the bundler leaves as it is where nothing has changed, as other processes may be reading it.
  const folder = join(BUNDLES, relative(ROOT, source).replaceAll(/[\\/]/g, '-'));
  const args = [join(ROOT, 'deploy/build.mjs'), `--elsewhere=${folder}`, source];
  await run(process.execPath, args, { cwd: ROOT });
  return pathToFileURL(join(folder, `${basename(source, '.ts')}.js`));
}
