import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/**
 * The folders of a workspace's `src` from the ground up: each imports those before it and none behind
 * it. `base` are files beside them that all may import; the others there put the whole together.
 */
interface Layers {
  readonly src: string;
  readonly base: readonly string[];
  readonly folders: readonly string[];
}

const GATEWAY: Layers = {
  src: 'gateway/src',
  base: ['indexed-set.ts', 'own-property.ts', 'watched-file.ts'],
  folders: [
    'upstream',
    'access',
    'limits',
    'identity',
    'supergraph',
    'authentication',
    'pipeline',
    'subscriptions',
    'telemetry',
    'clients',
    'playground',
  ],
};
const ENGINE: Layers = {
  src: 'platform/engine/src',
  base: [
    ...['operation.ts', 'options.ts', 'response.ts', 'transport.ts'],
    ...['errors.ts', 'client-data.ts', 'bounded-cache.ts', 'plan-cache.ts'],
  ],
  folders: ['json', 'compile', 'run'],
};
const RUNTIME: Layers = {
  src: 'platform/runtime/src',
  base: [],
  folders: [
    'async',
    'telemetry',
    'domain',
    'process',
    'persistence',
    'backplane',
    'events',
    'search',
    'identity',
    'graphql',
    'subgraph',
  ],
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const IMPORT = /(?:from|import|new URL\()\s*\(?'(\.{1,2}\/[^']+)'/g;

/** The layer of a file: base files lowest, those that assemble everything highest. */
function heightOf(file: string, { base, folders }: Layers): number {
  const [folder, ...rest] = file.split(sep);
  if (rest.length > 0) return folders.indexOf(folder as string);
  return base.includes(file) ? -1 : folders.length;
}

/** The imports of a file's text that lead upwards; those that leave `src` are no matter of layers. */
function wrongImports(file: string, text: string, layers: Layers): string[] {
  const height = heightOf(file, layers);
  return [...text.matchAll(IMPORT)].flatMap(([, path]) => {
    const imported = relative(layers.src, join(layers.src, dirname(file), path as string));
    if (imported.startsWith('..')) return [];
    return heightOf(imported, layers) > height ? [`${file} imports ${imported}`] : [];
  });
}

const filesOf = ({ src }: Layers) =>
  readdirSync(join(ROOT, src), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|js)$/.test(file) && !file.endsWith('.test.ts') && !/__generated__/.test(file),
  );

describe.each([GATEWAY, ENGINE, RUNTIME])('$src', (layers) => {
  const files = filesOf(layers);

  test('every folder has its place', () => {
    const folders = new Set(files.filter((file) => file.includes(sep)).map((f) => f.split(sep)[0]));
    expect([...folders].sort()).toEqual([...layers.folders].sort());
  });

  test('nothing imports from a layer above it', () => {
    const wrong = files.flatMap((file) =>
      wrongImports(file, readFileSync(join(ROOT, layers.src, file), 'utf8'), layers),
    );
    expect(wrong).toEqual([]);
  });
});

test.each<[Layers, string, string, boolean]>([
  [GATEWAY, 'upstream/http/a.ts', '../../clients/connections.ts', false],
  [GATEWAY, 'limits/a.ts', '../pipeline/operation.ts', false],
  [GATEWAY, 'pipeline/a.ts', '../limits/guard.ts', true],
  [GATEWAY, 'indexed-set.ts', './limits/guard.ts', false],
  [GATEWAY, 'gateway.ts', './clients/connections.ts', true],
  [GATEWAY, 'clients/a.ts', '../gateway.ts', false],
  [ENGINE, 'compile/a.ts', '../run/execution.ts', false],
  [ENGINE, 'run/a.ts', '../compile/variant.ts', true],
  [RUNTIME, 'domain/text/a.ts', '../../process/logging.ts', false],
  [RUNTIME, 'persistence/a.ts', '../events/event-log.ts', false],
  [RUNTIME, 'backplane/redis/a.ts', '../../events/event-log.ts', false],
  [RUNTIME, 'events/a.ts', '../persistence/sql-executor.ts', true],
  [RUNTIME, 'graphql/a.ts', '../subgraph/serve.ts', false],
])('%# %s imports %s', (layers, file, imported, isAllowed) => {
  const wrong = wrongImports(file, `import type { a } from '${imported}';`, layers);
  expect(wrong.length === 0).toBe(isAllowed);
});

/** Async iterators are made in one place, which knows how to leave one that waits. */
test('nobody makes an async iterator by hand', () => {
  const makers = [GATEWAY, ENGINE, RUNTIME].flatMap((layers) =>
    filesOf(layers)
      .filter((file) =>
        readFileSync(join(ROOT, layers.src, file), 'utf8').includes('[Symbol.asyncIterator]() {'),
      )
      .map((file) => `${layers.src}/${file}`),
  );
  expect(makers.sort()).toEqual([
    'platform/runtime/src/async/pull-iterator.ts',
    'platform/runtime/src/async/stoppable.ts',
  ]);
});

const WORKSPACES = ['gateway', 'platform', 'subgraphs', 'local'];

/** Files of a folder, as they lie in the repository, tests among them where they are wanted. */
const sourcesIn = (folder: string, isWanted: (file: string) => boolean): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/node_modules|__generated__|dist\//.test(file))
    .filter(isWanted)
    .map((file) => `${folder}/${file}`);
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/**
 * Node (20) carries each that was ever entered along with every promise of the process, and leaves none out again. One for each
 * recording had walks over growth take four times the work, and all tests after them in their process, too.
 */
test('what follows asynchronous work is made once for a module, and not each time that it is followed', () => {
  const files = [...WORKSPACES, 'e2e'].flatMap((folder) =>
    sourcesIn(folder, (file) => !file.endsWith('layers.test.ts')),
  );
  const made = files.filter((file) => /new AsyncLocalStorage\b/.test(textOf(file)));
  expect(made.length).toBeGreaterThan(2);
  const again = made.filter((file) => /^[ \t]+.*new AsyncLocalStorage\b/m.test(textOf(file)));
  expect(again).toEqual([]);
});

/** Six functions of one name, each with a spelling of its own, are how two digests of one thing come to differ. */
test('a digest is made in one place of all that stands on the runtime', () => {
  const makers = WORKSPACES.flatMap((folder) =>
    sourcesIn(
      folder,
      (file) => /(?:^|\/)(?:src|playground)\/.*\.ts$/.test(file) && !file.endsWith('.test.ts'),
    ),
  ).filter((file) => textOf(file).includes('createHash('));
  expect(makers.sort()).toEqual([
    'platform/embedded/src/postgres/server-home.ts',
    'platform/engine/src/compile/compiled-operation.ts',
    'platform/engine/src/compile/planner.ts',
    'platform/migrations/src/generate-clients.ts',
    'platform/runtime/src/domain/digest.ts',
  ]);
});

/** Each workspace had its own, and they took different kinds of values. */
test('an argument that a field or a directive is given is looked up in one place of the engine, and one of the runtime', () => {
  const lookUp = /(?:arguments|given)\??\.find\([^;]*\bname\.value === [^;]*\)\?\.value\b/;
  const lookers = [...WORKSPACES, 'e2e'].flatMap((folder) =>
    sourcesIn(folder, (file) => lookUp.test(textOf(`${folder}/${file}`))),
  );
  expect(lookers.sort()).toEqual([
    'platform/engine/src/compile/given-arguments.ts',
    'platform/runtime/src/graphql/given-arguments.ts',
  ]);
});

const LONGEST_FILE = 300;
/** Lists of facts, which are read one entry at a time. */
const FILES_OF_DATA = [
  'platform/runtime/src/events/catalog/chat.ts',
  'platform/runtime/src/graphql/shared-types.ts',
];

test(`a source file has ${LONGEST_FILE} lines at most: past that it holds a second thing`, () => {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.mjs', '*.js'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const sources = stdout
    .split('\0')
    .filter((file) => file && !/(?:^|\/)(?:test|mutants)\/|^e2e\/[^/]*$|\.test\.ts$/.test(file));
  expect(sources.length).toBeGreaterThan(1_000);
  const long = sources.filter((file) => textOf(file).split('\n').length - 1 > LONGEST_FILE);
  expect(long.sort()).toEqual(FILES_OF_DATA);
});
