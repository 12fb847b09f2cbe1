/** Processes that are ended at named points, and what is left behind. */
export * from './crash-points.ts';
export * from './crashing-process.ts';
