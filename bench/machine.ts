import { median } from './median.ts';

const COPIED_BYTES = 64 * 1_048_576;
const STEPS = 20_000_000;
const TRIES = 9;

/**
 * How fast this machine is at the moment, by a fixed copy of memory and a fixed computation: with it, figures
 * of different machines, and of one machine at different hours, can be compared.
 */
export function machineSpeed(): string {
  const source = Buffer.alloc(COPIED_BYTES, 1);
  const target = Buffer.alloc(COPIED_BYTES);
  const copySeconds = secondsOf(() => source.copy(target));
  const computeSeconds = secondsOf(compute);
  const gigabytes = COPIED_BYTES / 1e9 / copySeconds;
  return `this machine copies ${gigabytes.toFixed(1)} GB/s and makes ${(STEPS / 1e6 / computeSeconds).toFixed(0)} million steps/s`;
}

/** The median of some tries. */
function secondsOf(work: () => unknown): number {
  const tries = Array.from({ length: TRIES }, () => {
    const from = performance.now();
    work();
    return (performance.now() - from) / 1_000;
  });
  return median(tries);
}

/** A generator of numbers, each of which needs the one before. */
function compute(): number {
  let state = 1;
  for (let step = 0; step < STEPS; step += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
