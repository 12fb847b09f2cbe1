// Removes from node_modules what no workspace reaches through its dependencies: npm keeps optional
// peers such as the Prisma and TypeScript command lines, which make up half of an image and which no
// process imports. Run it in the folder that holds node_modules and the workspaces.
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve('.');
const modules = join(root, 'node_modules');
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** As Node looks for it: in the package's own node_modules, then in those around it. */
function find(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === root || folder === dirname(folder)) return null;
  }
}

function namesNeededBy({
  dependencies,
  optionalDependencies,
  peerDependencies,
  peerDependenciesMeta,
}) {
  const peers = Object.keys(peerDependencies ?? {}).filter(
    (name) => !peerDependenciesMeta?.[name]?.optional,
  );
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

const packagesIn = (folder) =>
  readdirSync(folder).flatMap((name) => {
    if (name.startsWith('.')) return [];
    if (!name.startsWith('@')) return [join(folder, name)];
    return readdirSync(join(folder, name)).map((inner) => join(folder, name, inner));
  });

const installed = packagesIn(modules);
const workspaces = installed
  .filter((folder) => existsSync(folder))
  .map((folder) => realpathSync(folder))
  .filter((folder) => !folder.startsWith(modules));
const reached = new Set(workspaces);
for (const folder of reached) {
  for (const name of namesNeededBy(manifestOf(folder))) {
    const found = find(name, folder);
    if (found) reached.add(found);
  }
}
const kept = [...reached];
for (const folder of installed) {
  const needed = kept.some((path) => path === folder || path.startsWith(`${folder}/`));
  const workspace = !existsSync(folder) || !realpathSync(folder).startsWith(modules);
  if (!needed && !workspace) rmSync(folder, { recursive: true });
}
rmSync(join(modules, '.bin'), { recursive: true, force: true });
