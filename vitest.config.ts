import { defineConfig } from 'vitest/config';
import LongestFirst from './platform/testkit/src/longest-first.ts';

const EVERYWHERE = [
  ...['**/node_modules/**', '**/dist/**', '**/.data/**', '**/__generated__/**'],
  // Tests of a subgraph that is not there until somebody asks for it.
  'platform/scaffold/template/**',
];
/** Tests of whole processes: they start, kill and measure them, and none of them is the one that tests run in. */
const OF_PROCESSES = [
  'local/**/*.test.ts',
  'platform/embedded/**/*.test.ts',
  'platform/migrations/**/*.test.ts',
  'platform/scaffold/**/new-subgraph.test.ts',
  'gateway/test/many-processes.test.ts',
  ...[
    'backup',
    'cut-connections',
    'dev',
    'entered-files',
    'lost-queue',
    'npm-start',
    'playground-story',
    'processes',
    'proxy',
    'readme',
  ].map((name) => `e2e/${name}.test.ts`),
];

/**
 * Few processes run all files of a part of Souk: a new one for each spent half of its time on
 * loading the same modules. So a test file leaves nothing behind, as it must not anyway; what it holds
 * in its variables stays until the part is through, which is why there are several. They are more than
 * the two cores of a small machine, since tests wait: for databases, for timers, for what must not happen.
 */
const part = (
  name: string,
  groupOrder: number,
  folders: readonly string[],
  maxWorkers: number,
) => ({
  extends: true as const,
  test: {
    name,
    maxWorkers,
    include: folders.map((folder) => `${folder}/**/*.test.ts`),
    exclude: [...EVERYWHERE, ...OF_PROCESSES],
    isolate: false,
    sequence: { groupOrder },
  },
});

export default defineConfig({
  // Vite would take graphql's ES modules where Node takes its CommonJS ones, and two copies of
  // graphql do not accept each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['platform/testkit/src/global-setup.ts'],
    setupFiles: ['platform/testkit/src/measure-file.ts'],
    reporters: ['default', 'platform/testkit/src/dearest-files.ts'],
    sequence: { sequencer: LongestFirst },
    // What several parts read is transformed once, and not again in the next run.
    experimental: { fsModuleCache: true },
    // Processes, since tests start servers, handle signals and measure memory.
    pool: 'forks',
    maxWorkers: 2,
    // These end what hangs; none of them is a promise of Souk's. A machine that is slow and has other work keeps them, too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    projects: [
      part('subgraphs', 1, ['subgraphs'], 3),
      part('gateway', 2, ['gateway'], 4),
      part('platform', 3, ['platform', 'bench', 'codegen', 'deploy', 'docs', 'prisma'], 4),
      part('end to end', 4, ['e2e'], 3),
      {
        extends: true,
        test: {
          name: 'processes',
          include: OF_PROCESSES,
          exclude: EVERYWHERE,
          isolate: false,
          // Most of their time they wait for processes to start, and for browsers.
          maxWorkers: 3,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
