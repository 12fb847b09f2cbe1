// How processes are bundled, with the packages of the registry inside: a process that reads
// thirty files starts in half the time of one that looks for two thousand. What a process may never
// need (Prisma's engine, before the first query) stays in a chunk of its own, read when asked for.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { lastBuild } from './last-build.mjs';

/** Stay imports: they look for files of their own, native or WebAssembly, beside them. */
const WITH_FILES_OF_THEIR_OWN = [
  '@node-rs/*',
  '@prisma/schema-engine-wasm',
  'msgpackr-extract',
  'sharp',
];

/** Stack traces lead to sources of ours; maps of everybody else's would be ten times as large. */
const NO_MAP = Buffer.from(
  '{"version":3,"sources":["package"],"names":[],"mappings":"AAAA"}',
).toString('base64');
const END_WITHOUT_MAP = Buffer.from(
  `\n//# sourceMappingURL=data:application/json;base64,${NO_MAP}`,
);
/** What was read of packages, for the next bundle of the same process (build-workspaces.mjs): most of it is the same. */
const packageFiles = new Map();
async function readPackageFile(path) {
  const contents = packageFiles.get(path) ?? Buffer.concat([await readFile(path), END_WITHOUT_MAP]);
  packageFiles.set(path, contents);
  return contents;
}
const ourMapsOnly = {
  name: 'our-maps-only',
  setup(bundle) {
    bundle.onLoad(
      { namespace: 'file', filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ },
      async ({ path }) => ({ contents: await readPackageFile(path), loader: 'default' }),
    );
  },
};

/**
 * A chunk of a CommonJS package exports it as a whole and nothing by name, so that
 * `(await import('package')).name` would be undefined (https://github.com/evanw/esbuild/issues/3245).
 * What is asked for so is a module between, which exports the names that Node finds.
 */
const namesOfPackages = {
  name: 'names-of-packages',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, async ({ path, kind, pluginData, ...from }) => {
      if (kind !== 'dynamic-import' || pluginData === namesOfPackages) return undefined;
      const found = await bundle.resolve(path, { ...from, kind, pluginData: namesOfPackages });
      if (found.external || found.errors.length > 0 || /\.m?ts$|\.mjs$/.test(found.path))
        return found;
      return { path: found.path, namespace: namesOfPackages.name };
    });
    bundle.onLoad({ filter: /./, namespace: namesOfPackages.name }, async ({ path }) => {
      const names = Object.keys(await import(pathToFileURL(path)));
      const identifiers = names.filter((name) => /^[\w$]+$/.test(name));
      return {
        contents: `export { ${identifiers.join()} } from ${JSON.stringify(path)};`,
        resolveDir: '/',
      };
    });
  },
};

/**
 * Prisma's query compiler comes as Base64 in a module, whose text and constant V8 would each hold for good.
 * It is a file of its own here, read when it is asked for: `Buffer.from` takes what `valueOf` gives.
 */
const compilerFromFile = {
  name: 'compiler-from-file',
  setup(bundle) {
    const filter = /[\\/]query_compiler_\w+\.\w+\.wasm-base64\.mjs$/;
    bundle.onLoad({ filter, namespace: 'file' }, ({ path }) => ({
      contents: `import { readFileSync } from 'node:fs';
import file from ${JSON.stringify(path)} with { type: 'bytes' };
export const wasm = { valueOf: () => readFileSync(new URL(file, import.meta.url)) };`,
      resolveDir: '/',
    }));
    bundle.onResolve({ filter }, ({ path, with: { type } }) =>
      type === 'bytes'
        ? {
            path: path.replace(/-base64\.mjs$/, ''),
            namespace: compilerFromFile.name,
            pluginData: path,
          }
        : undefined,
    );
    bundle.onLoad({ filter: /./, namespace: compilerFromFile.name }, async ({ pluginData }) => {
      const { wasm } = await import(pathToFileURL(pluginData));
      return { contents: Buffer.from(wasm, 'base64'), loader: 'file' };
    });
  },
};

/** What CommonJS packages expect to find around them. */
const COMMON_JS = `import { createRequire as __soukRequire } from 'node:module';
import { fileURLToPath as __soukPath } from 'node:url';
const require = __soukRequire(import.meta.url);
const __filename = __soukPath(import.meta.url);
const __dirname = __soukPath(new URL('.', import.meta.url));`;

/**
 * What a process reads first, before anything that lives on is made. In front of the source and not in
 * it, as imports are sorted there; on its first line, so that no line moves.
 */
const startSmall = {
  name: 'start-small',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/]src[\\/](main|worker)\.ts$/ }, async ({ path }) => ({
      contents: `import '@souk/runtime/small-start'; ${await readFile(path, 'utf8')}`,
      loader: 'ts',
    }));
  },
};

/**
 * Letters beyond Latin-1 as escapes, also in regular expressions, which esbuild leaves as they are. Behind a
 * backslash an escape would mean something else, so no bundle is made of what has that.
 */
const inLatin1 = (contents) => {
  const code = Buffer.from(contents).toString();
  // Found without what is around it: a pattern that reads that, too, begins at every letter of the bundle.
  const behindBackslash = code.search(/\\[\u0100-\uffff]/);
  if (behindBackslash >= 0)
    throw new Error(
      `A letter behind a backslash cannot be written as an escape: ${code.slice(Math.max(0, behindBackslash - 40), behindBackslash + 42)}`,
    );
  return code.replace(
    /[\u0100-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
};

/**
 * `keepNames` has each function that is made while the process runs, thousands for each request, renamed by
 * `Object.defineProperty`, for which V8 gives it a table of properties of its own: 256 bytes and most of a microsecond. What has
 * its name already is left alone, and so are arrow functions, whose names nobody asks for: classes are what is asked
 * (`ReplyError`, `Cluster`), and their names are what bundling changes.
 */
const RENAMES = '__name=(target,value)=>__defProp(target,"name",{value,configurable:true})';
const namedWhereAsked = (code) =>
  code.replace(
    RENAMES,
    RENAMES.replace('=>', '=>target.prototype===void 0||target.name===value?target:'),
  );

/**
 * esbuild makes a new namespace of getters for each module that imports a CommonJS package, for example 60 times the 200 names of
 * graphql, which took 6 MB of a gateway. As in Node, all modules share one namespace for each package, and a name keeps the value
 * that it had when it was first used.
 */
const NAMESPACE = '__toESM=(mod,isNodeMode,target)=>(';
const GETTER =
  '__defProp(to,key,{get:()=>from[key],enumerable:!(desc=__getOwnPropDesc(from,key))||desc.enumerable})';
const SETTLED = `{let enumerable=!(desc=__getOwnPropDesc(from,key))||desc.enumerable;__defProp(to,key,{get:()=>{let value=from[key];if(value!==void 0)__defProp(to,key,{value,enumerable});return value},enumerable,configurable:true})}`;
const SHARED = `__namespaces=[new WeakMap,new WeakMap],__toESM=(mod,isNodeMode)=>{if(Object(mod)!==mod)return __toNewESM(mod,isNodeMode);let known=__namespaces[isNodeMode?1:0],found=known.get(mod);if(!found)known.set(mod,found=__toNewESM(mod,isNodeMode));return found},__toNewESM=(mod,isNodeMode,target)=>(`;
const withSharedNamespaces = (code) => code.replace(GETTER, SETTLED).replace(NAMESPACE, SHARED);

/** A source that looks for files beside itself finds them, wherever the bundle is. */
const addressesOfSources = {
  name: 'addresses-of-sources',
  setup(bundle) {
    bundle.onLoad({ namespace: 'file', filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    }));
  },
};

/** Bundles processes of a folder, unless what they are made of is as it was the last time; `args` are those of deploy/build.mjs. */
export async function bundle(folder, args) {
  const { values, positionals: entryPoints } = parseArgs({
    args,
    options: { elsewhere: { type: 'string' } },
    allowPositionals: true,
  });
  const outdir = resolve(folder, values.elsewhere ?? 'dist');
  const last = lastBuild(outdir, args);
  if (last.isCurrent()) return;
  // The bundler's garbage is collected more seldom, which is a third of its work.
  process.env.GOGC ??= '400';
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints,
    outdir,
    write: false,
    metafile: true,
    entryNames: '[name]',
    // Beside the entries, so that what looks for files by its own address finds them from there.
    chunkNames: 'chunk-[hash]',
    assetNames: 'chunk-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // The same form of a package whoever asks: two copies of graphql refuse each other's schemas.
    mainFields: ['main', 'module'],
    conditions: ['node'],
    external: WITH_FILES_OF_THEIR_OWN,
    banner: { js: COMMON_JS },
    keepNames: true,
    // Comments of packages alone make the text that a process holds a third longer, and one letter of
    // theirs beyond Latin-1 makes V8 hold all of it at two bytes a letter.
    minifyWhitespace: true,
    charset: 'ascii',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    plugins: [
      last.looking,
      ...(values.elsewhere === undefined ? [startSmall] : [addressesOfSources]),
      ...[namesOfPackages, compilerFromFile, ourMapsOnly],
    ],
  });

  // What is there already stays untouched, and the rest appears as a whole, as processes may just be reading
  // it (tests build the same bundles side by side). Chunks are named by what they hold.
  mkdirSync(outdir, { recursive: true });
  const has = (part) => outputFiles.some(({ text }) => text.includes(part));
  if (has('__name(') && !has(RENAMES))
    throw new Error('esbuild renames in another way than `RENAMES` says.');
  if (has('__toESM(') && !(has(GETTER) && has(NAMESPACE)))
    throw new Error('esbuild makes namespaces in another way than `GETTER` and `NAMESPACE` say.');
  const written = outputFiles.map(({ path }) => basename(path));
  for (const { path, contents: made } of outputFiles) {
    const contents = Buffer.from(
      path.endsWith('.js') ? withSharedNamespaces(namedWhereAsked(inLatin1(made))) : made,
    );
    const isThere = existsSync(path) && Buffer.compare(readFileSync(path), contents) === 0;
    if (isThere) continue;
    const unfinished = join(outdir, `.${basename(path)}.${process.pid}`);
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
  last.leaveOthers(written, (name) => name.startsWith('chunk-'));
  last.remember(folder, Object.keys(metafile.inputs), written);
}
