// Starts a program of this folder: `node local/launch.mjs src/main.ts --port 5000`.
//
// It runs before anything is known about this machine, so it says at once that something happens, and
// a Node that is too old or packages that are missing are one sentence. Hence no imports but Node's,
// and no syntax that an old Node cannot read.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `^20.19 || ^22.12 || >=24` of package.json, as [major, least minor]; later majors are fine. */
function nodeFits(version, range) {
  const [major, minor] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, sign, text] = /^\s*(\^|>=)\s*([\d.]+)\s*$/.exec(part);
    const [least, leastMinor] = text.split('.').concat('0').map(Number);
    if (major === least) return minor >= leastMinor;
    return sign === '>=' && major > least;
  });
}

function giveUp(sentence) {
  console.error(`\n  ${sentence}\n`);
  process.exit(1);
}

const { engines } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
if (!nodeFits(process.versions.node, engines.node)) {
  giveUp(`Souk needs Node ${engines.node}; this is ${process.versions.node}.`);
}
if (!existsSync(here('../node_modules/esbuild/package.json'))) {
  giveUp('The packages are not installed yet: run npm ci first.');
}

/**
 * The address of a program's bundle, which is built again if a source has changed. A bundle is a few files where the sources
 * are two thousand, and takes half of the processor time to start.
 */
async function bundleOf(file) {
  const { startFolder } = await import('./start-folder.mjs');
  const { lastBuild } = await import('../deploy/last-build.mjs');
  const folder = join(startFolder(here('..')), basename(file, '.ts'));
  const args = [`--elsewhere=${folder}`, file];
  if (!lastBuild(folder, args).isCurrent()) {
    console.log('  The sources are new or have changed, and are bundled first.');
    const build = [here('../deploy/build.mjs'), ...args];
    const { status } = spawnSync(process.execPath, build, { stdio: 'inherit' });
    if (status !== 0) giveUp('The sources could not be bundled; see above.');
  }
  return pathToFileURL(join(folder, `${basename(file, '.ts')}.js`)).href;
}

const [program, ...args] = process.argv.slice(2);
const file = here(program);
process.argv = [process.argv[0], file, ...args];
if (!args.includes('--help') && !args.includes('-h')) console.log('\n  Souk is starting.');
process.setSourceMapsEnabled(true);
await import(await bundleOf(file));
