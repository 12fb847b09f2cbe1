// Bundles the playground into gateway/dist/playground: page, scripts, styles, fonts and Monaco's
// workers, so that nothing is loaded from anywhere else. Plain JavaScript: it also runs right after
// an installation, before anything can be compiled.
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const outdir = fileURLToPath(new URL('../dist/playground/', import.meta.url));
// Files come into their place whole, and only those that changed: a server may be reading them.
const building = `${outdir.slice(0, -1)}.${process.pid}/`;
const require = createRequire(import.meta.url);

const common = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.ttf': 'file', '.graphql': 'text' },
  logLevel: 'warning',
  // Several packages bring graphql; schemas made by one copy are refused by another.
  alias: { graphql: require.resolve('graphql/index.mjs') },
};

await mkdir(outdir, { recursive: true });
await mkdir(building);
await build({
  ...common,
  entryPoints: { main: `${here}main.tsx` },
  outdir: building,
  format: 'esm',
  jsx: 'automatic',
  assetNames: '[name]',
});
await build({
  ...common,
  entryPoints: {
    'editor.worker': require.resolve('monaco-editor/esm/vs/editor/editor.worker.js'),
    'json.worker': require.resolve('monaco-editor/esm/vs/language/json/json.worker.js'),
    'graphql.worker': require.resolve('monaco-graphql/esm/graphql.worker.js'),
  },
  outdir: building,
  format: 'iife',
});
await cp(`${here}index.html`, `${building}index.html`);

const built = await readdir(building);
for (const name of built) {
  const bytes = await readFile(`${building}${name}`);
  const before = await readFile(`${outdir}${name}`).catch(() => null);
  if (!before?.equals(bytes)) await rename(`${building}${name}`, `${outdir}${name}`);
}
for (const name of await readdir(outdir)) {
  if (!built.includes(name)) await rm(`${outdir}${name}`, { recursive: true });
}
await rm(building, { recursive: true });
