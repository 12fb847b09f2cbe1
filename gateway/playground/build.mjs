// Bundles the playground into gateway/dist/playground: page, scripts, styles, fonts and Monaco's
// workers, so that nothing is loaded from anywhere else. Names hold a hash of what is in the files, so
// browsers keep them for good, and each lies there compressed. Plain JavaScript: it also runs right
// after an installation, before anything can be compiled.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';
import { lastBuild } from '../../deploy/last-build.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const outdir = fileURLToPath(new URL('../dist/playground/', import.meta.url));
// Files come into their place whole: a server may be reading them.
const building = `${outdir.slice(0, -1)}.${process.pid}/`;
const require = createRequire(import.meta.url);

const own = ['build.mjs', 'index.html'].map((name) => `${here}${name}`);
const last = lastBuild(outdir, [], own);

const common = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  loader: { '.ttf': 'file', '.graphql': 'text' },
  logLevel: 'warning',
  // Several packages bring graphql; schemas made by one copy are refused by another.
  alias: { graphql: require.resolve('graphql/index.mjs') },
  outdir: building,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  metafile: true,
  plugins: [last.looking],
};
const production = { 'process.env.NODE_ENV': '"production"' };

// After an installation it is there already, and stays as it is until something of it changes.
if (!last.isCurrent()) await buildAll();

async function buildAll() {
  await mkdir(outdir, { recursive: true });
  await mkdir(building);
  const workers = await build({
    ...common,
    define: production,
    entryPoints: {
      editor: require.resolve('monaco-editor/esm/vs/editor/editor.worker.js'),
      json: require.resolve('monaco-editor/esm/vs/language/json/json.worker.js'),
      graphql: require.resolve('monaco-graphql/esm/graphql.worker.js'),
    },
    format: 'iife',
  });
  const page = await build({
    ...common,
    define: { ...production, WORKER_FILES: JSON.stringify(namesOf(workers, '.js')) },
    entryPoints: { main: `${here}main.tsx` },
    format: 'esm',
    jsx: 'automatic',
  });
  const compressed = {
    // Quality 11 saves 6 % more and takes ten times as long, at every installation.
    br: (bytes) =>
      promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
  };
  const html = (await readFile(`${here}index.html`, 'utf8'))
    .replace('main.css', namesOf(page, '.css').main)
    .replace('main.js', namesOf(page, '.js').main);

  const built = await readdir(building);
  await Promise.all(
    built.map(async (name) => {
      if (existsSync(`${outdir}${name}.gz`)) return;
      const bytes = await readFile(`${building}${name}`);
      await writeFile(`${building}${name}.br`, await compressed.br(bytes));
      await writeFile(`${building}${name}.gz`, await compressed.gz(bytes));
      // The .gz last: where it is, all are.
      for (const ending of ['', '.br', '.gz']) {
        await rename(`${building}${name}${ending}`, `${outdir}${name}${ending}`);
      }
    }),
  );
  await writeFile(`${building}index.html`, html);
  await rename(`${building}index.html`, `${outdir}index.html`);
  await rm(building, { recursive: true });
  // A page that was opened before asks for its parts when they are needed, such as an editor's worker.
  const made = ['index.html', ...built.flatMap((name) => [name, `${name}.br`, `${name}.gz`])];
  last.leaveOthers(made);
  const read = [workers, page].flatMap(({ metafile }) => Object.keys(metafile.inputs));
  last.remember(process.cwd(), read, made);
}

/** The file that each entry point became, by the entry's name. */
function namesOf({ metafile }, ending) {
  const names = Object.keys(metafile.outputs).map((path) => path.split('/').at(-1));
  const of = names.filter((name) => name.endsWith(ending));
  return Object.fromEntries(of.map((name) => [name.slice(0, name.lastIndexOf('-')), name]));
}
