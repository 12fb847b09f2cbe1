// Bundles the processes of several workspaces, each as its `build` script says: `node deploy/build-workspaces.mjs gateway subgraphs/chat`.
// In one process, which reads what packages export once for all of them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { bundle } from './bundle.mjs';

/** What a workspace's script gives deploy/build.mjs. */
function argsOf(folder) {
  const { scripts } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8'));
  const [, args] = /^node (?:\.\.\/)+deploy\/build\.mjs (.+)$/.exec(scripts.build) ?? [];
  if (!args) throw new Error(`${folder} is built in another way: ${scripts.build}`);
  return args.split(' ');
}

// One after the other: each takes all processors while it is bundled.
for (const workspace of process.argv.slice(2)) {
  const folder = resolve(workspace);
  await bundle(folder, argsOf(folder));
}
