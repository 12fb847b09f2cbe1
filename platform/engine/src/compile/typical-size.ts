/**
 * How much an operation usually reads from subgraphs, learnt from its executions. Large operations
 * yield to small ones: each is ranked as if it had come so many requests later as it reads kilobytes.
 * Among equals the oldest still goes first, and since ranks grow with every request, what is large
 * waits longer but never for ever.
 */
export interface TypicalSize {
  /** Requests by which the operation stands back. */
  readonly handicap: number;
  add(characters: number): void;
}

const MOST_HANDICAP = 200;
/** Weight of the latest execution. */
const RECENT = 1 / 8;

export function createTypicalSize(): TypicalSize {
  let kilobytes = 0;
  return {
    get handicap() {
      return Math.min(MOST_HANDICAP, kilobytes);
    },
    add(characters) {
      const latest = characters / 1_024;
      kilobytes = kilobytes === 0 ? latest : kilobytes + (latest - kilobytes) * RECENT;
    },
  };
}
