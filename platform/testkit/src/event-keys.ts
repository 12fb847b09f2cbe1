import { createOpenValue, createSealValue, isSealedFor } from '@souk/runtime/events';

/** The same pairs for all tests: what a subgraph seals in one, another opens, and so does who looks into a log. */
export const TEST_EVENT_KEYS = {
  sealing: {
    notifications: 'MCowBQYDK2VuAyEAHkw1ihEgXRdj+U/mFbiiS/zO4VjZ9EE6w/yPAt+E5nw=',
    products: 'MCowBQYDK2VuAyEAUjHCl4RGMNCsVrrreig6JlRaKCIIMpim/pGScau0Syo=',
  },
  opening: {
    notifications: 'MC4CAQAwBQYDK2VuBCIEIBholucfAN3BtkNRG/0zJRNdquYHFFXcIC/lKa/P5XVh',
    products: 'MC4CAQAwBQYDK2VuBCIEICiLaRwih8//d9h917D1tTRi4QdTNRhZBokL4IXcxsR2',
  },
} as const;

/** The public halves as a process is given them. */
export const TEST_SEALING_KEYS = Object.entries(TEST_EVENT_KEYS.sealing)
  .map((pair) => pair.join('='))
  .join(',');

/** What a subgraph has of them. */
export const testEventKeys = (subgraph: string) => ({
  sealing: TEST_EVENT_KEYS.sealing,
  opening: isSealedFor(subgraph) ? [TEST_EVENT_KEYS.opening[subgraph]] : [],
});

export const sealInTests = createSealValue(TEST_EVENT_KEYS.sealing);
export const openInTests = createOpenValue(Object.values(TEST_EVENT_KEYS.opening));
