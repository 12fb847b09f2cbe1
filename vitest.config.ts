import { defineConfig } from 'vitest/config';

const EVERYWHERE = [
  ...['**/node_modules/**', '**/dist/**', '**/.data/**', '**/__generated__/**'],
  // Tests of a subgraph that is not there until somebody asks for it.
  'platform/scaffold/template/**',
];
/** Tests of whole processes: they start, kill and measure them, so no other test may be beside them. */
const OF_PROCESSES = [
  'local/**/*.test.ts',
  'e2e/**/*.test.ts',
  'platform/embedded/**/*.test.ts',
  'platform/migrations/**/*.test.ts',
  'platform/scaffold/**/new-subgraph.test.ts',
];

export default defineConfig({
  // Vite would take graphql's ES modules where Node takes its CommonJS ones, and two copies of
  // graphql do not accept each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    globalSetup: ['platform/testkit/src/global-setup.ts'],
    // Processes, since tests start servers, handle signals and measure memory.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'services',
          include: ['**/*.test.ts'],
          exclude: [...EVERYWHERE, ...OF_PROCESSES],
          // Two processes run all these files: a new one for each spent half of its time on loading
          // the same modules. So a test file leaves nothing behind, as it must not anyway.
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: OF_PROCESSES,
          exclude: EVERYWHERE,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
