/** Milliseconds in steps of a twentieth, counted, so that millions of them take no memory. */
export interface Latencies {
  add(milliseconds: number): void;
  clear(): void;
  percentile(share: number): number;
}

const STEPS_PER_MS = 20;
const LONGEST_MS = 10_000;

export function createLatencies(): Latencies {
  const counts = new Uint32Array(LONGEST_MS * STEPS_PER_MS);
  let total = 0;
  return {
    add: (milliseconds) => {
      const step = Math.min(
        counts.length - 1,
        Math.max(0, Math.floor(milliseconds * STEPS_PER_MS)),
      );
      counts[step] = (counts[step] as number) + 1;
      total += 1;
    },
    clear: () => {
      counts.fill(0);
      total = 0;
    },
    percentile: (share) => {
      let left = total * share;
      const step = counts.findIndex((count) => {
        left -= count;
        return left <= 0;
      });
      return (step + 1) / STEPS_PER_MS;
    },
  };
}
