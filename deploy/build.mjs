// Bundles a workspace's processes: `node ../../deploy/build.mjs src/main.ts src/worker.ts` writes
// dist/main.js and dist/worker.js. Code of this repository goes in; packages of the registry stay
// imports, so their own files (WebAssembly, native binaries) are found where npm put them.
import { build } from 'esbuild';

const workspacesInsidePackagesOutside = {
  name: 'workspaces-inside-packages-outside',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@souk/') ? undefined : { path, external: true },
    );
  },
};

await build({
  entryPoints: process.argv.slice(2),
  outdir: 'dist',
  entryNames: '[name]',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [workspacesInsidePackagesOutside],
});
