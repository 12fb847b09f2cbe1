import { mergeConfig } from 'vitest/config';
import suite from './vitest.config.ts';

/** The suite with the numbers that `sized` keeps out of it: for an idle machine, before a release. */
export default mergeConfig(suite, {
  test: { env: { SOUK_SOAK: '1' }, testTimeout: 900_000, hookTimeout: 900_000 },
});
