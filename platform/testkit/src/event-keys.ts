import { createOpenValue, createSealValue } from '@souk/runtime/events';

/** One pair for all tests: what a subgraph seals in one, another opens, and so does who looks into a log. */
export const TEST_EVENT_KEYS = {
  sealing: 'MCowBQYDK2VuAyEAHkw1ihEgXRdj+U/mFbiiS/zO4VjZ9EE6w/yPAt+E5nw=',
  opening: ['MC4CAQAwBQYDK2VuBCIEIBholucfAN3BtkNRG/0zJRNdquYHFFXcIC/lKa/P5XVh'],
} as const;

export const sealInTests = createSealValue(TEST_EVENT_KEYS.sealing);
export const openInTests = createOpenValue(TEST_EVENT_KEYS.opening);
