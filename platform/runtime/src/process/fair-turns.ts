/**
 * Gives pieces of work turns of the event loop: one viewer after the other, however many pieces each
 * has waiting, and no longer at a stretch than a slice of time, so that requests get in between.
 */
export interface FairTurns {
  /**
   * Runs the work: at once as long as only a few pieces of this viewer are under way, else when it is
   * the viewer's turn. So who asks for little never waits, nor does a crowd of whom each does.
   */
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
  /** Pieces that wait for their turn. */
  readonly waiting: number;
}

export interface FairTurnsOptions {
  /** Pieces of one viewer under way at once. */
  readonly atOnce?: number;
  /** Milliseconds of turns after which the event loop goes round. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

interface Lane {
  readonly key: string;
  readonly pieces: (() => Promise<unknown>)[];
  running: number;
  /** It stands in the row of those whose turn comes. */
  isInRow: boolean;
}

export function createFairTurns({
  atOnce = 4,
  sliceMs = 5,
  now = performance.now.bind(performance),
}: FairTurnsOptions = {}): FairTurns {
  const lanes = new Map<string, Lane>();
  const row: Lane[] = [];
  let waiting = 0;
  let isArmed = false;

  const arm = () => {
    if (isArmed || row.length === 0) return;
    isArmed = true;
    setImmediate(goRound);
  };
  const standInRow = (lane: Lane) => {
    if (lane.isInRow || lane.pieces.length === 0 || lane.running >= atOnce) return;
    lane.isInRow = true;
    row.push(lane);
    arm();
  };
  const ended = (lane: Lane) => {
    lane.running -= 1;
    if (lane.running === 0 && lane.pieces.length === 0) lanes.delete(lane.key);
    else standInRow(lane);
  };
  const goRound = () => {
    isArmed = false;
    const until = now() + sliceMs;
    do {
      const lane = row.shift();
      if (!lane) break;
      lane.isInRow = false;
      const piece = lane.pieces.shift();
      if (piece) {
        waiting -= 1;
        lane.running += 1;
        void piece().then(() => ended(lane));
      }
      standInRow(lane);
    } while (now() < until);
    arm();
  };

  return {
    run: (key, work) => {
      const lane = lanes.get(key) ?? { key, pieces: [], running: 0, isInRow: false };
      lanes.set(key, lane);
      if (lane.running < atOnce && lane.pieces.length === 0) {
        lane.running += 1;
        return work().finally(() => ended(lane));
      }
      waiting += 1;
      return new Promise((resolve, reject) => {
        lane.pieces.push(() => work().then(resolve, reject));
      });
    },
    get waiting() {
      return waiting;
    },
  };
}
