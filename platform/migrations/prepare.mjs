// Runs at the end of `npm ci`, on whatever Node there is, so it is plain JavaScript. It makes the
// generated clients exist for the first start and for editors. It never fails an installation: what goes
// wrong is told, and again by `npm run db:generate`, which tests, types and builds run first. A start runs neither.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Absent after `npm ci --omit=dev`, where images bring what was generated while building. */
const has = (name) => {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
};

const tsx = has('tsx');
if (tsx && has('prisma/package.json')) {
  const args = ['--import', pathToFileURL(tsx).href, join(here, 'commands', 'generate.ts')];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) console.warn(stderr || 'The Prisma clients were not generated.');
}
