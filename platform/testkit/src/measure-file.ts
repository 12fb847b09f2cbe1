import { afterAll } from 'vitest';
import { cpuSeconds } from './cpu-seconds.ts';

// A setup file of vitest.config.ts: what each test file takes, with what it imports first, for dearest-files.ts.

declare module 'vitest' {
  interface TaskMeta {
    cpuSeconds?: number;
  }
}

const before = cpuSeconds();
// biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the first which fixtures are wanted.
afterAll(({}, { file }) => {
  file.meta.cpuSeconds = cpuSeconds() - before;
});
