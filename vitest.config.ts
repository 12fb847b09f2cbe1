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
];
/** Tests that wait for most of their time: beside those of whole processes, which leave a processor to nobody else. */
const OF_WAITING = [
  'platform/runtime/test/backplane-*.test.ts',
  'platform/runtime/test/poisoned-workers.test.ts',
  'platform/runtime/test/replay-guard.test.ts',
];
/** What runs among the end-to-end tests, wherever it stands. */
const AMONG_THE_FIRST = [...OF_PROCESSES, ...OF_WAITING];
/**
 * Few processes run all files of a part of Souk: a new one for each spent half of its time on
 * loading the same modules. So a test file leaves nothing behind, as it must not anyway; what it holds
 * in its variables stays until the part is through, which is why there are several.
 */
const part = (name: string, include: readonly string[], exclude: readonly string[] = []) => ({
  extends: true as const,
  test: { name, include: [...include], exclude: [...EVERYWHERE, ...exclude], isolate: false },
});
/**
 * V8 takes a function for worth optimising when it has run some 70 KB of its code, which in tests is
 * mostly run no more after that. Later engines than Node 20's have another word for it, and end at one they do not know.
 */
const OPTIMISED_LATER =
  Number.parseInt(process.versions.v8, 10) < 12 ? ['--interrupt-budget=600000'] : [];
const folders = (...names: readonly string[]) => names.map((name) => `${name}/**/*.test.ts`);

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
    execArgv: OPTIMISED_LATER,
    // More than the two cores of a small machine, since tests wait: for databases, for timers, for what must not happen. A fourth has all
    // of them wait for processors instead (docs/decisions/0088).
    maxWorkers: 3,
    // These end what hangs; none of them is a promise of Souk's. A machine that is slow and has other work keeps them, too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000, interval: 20 } },
    // One after the other, as LongestFirst has them; the next begins while the last files of one are still running.
    projects: [
      part('end to end', [...folders('e2e'), ...AMONG_THE_FIRST]),
      part('subgraphs', folders('subgraphs')),
      part('gateway', folders('gateway'), AMONG_THE_FIRST),
      part(
        'platform',
        folders('platform', 'bench', 'codegen', 'deploy', 'docs', 'prisma'),
        AMONG_THE_FIRST,
      ),
    ],
  },
});
