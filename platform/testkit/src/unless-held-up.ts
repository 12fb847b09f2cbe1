import { until } from './until.ts';

/**
 * Tries again where the machine stood still for longer than what is tried may last, which says nothing about
 * it. `isInTime` says whether no more than that went by since it was asked last, or since the try began.
 */
export const unlessHeldUp = (
  ms: number,
  attempt: (isInTime: () => boolean) => Promise<boolean>,
): Promise<boolean> =>
  until(
    () => {
      let last = performance.now();
      return attempt(() => {
        const before = last;
        last = performance.now();
        return last - before < ms;
      });
    },
    { describe: () => `each time the machine stood still for ${ms} ms` },
  );
