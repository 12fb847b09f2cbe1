/**
 * How much of something a test takes: little in the suite, which is to pass on a slow and busy machine
 * too, and all of it under `npm run test:soak`.
 */
export const sized = ({ suite, soak }: { suite: number; soak: number }): number =>
  process.env.SOUK_SOAK === '1' ? soak : suite;
