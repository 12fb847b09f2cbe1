export interface GateOptions {
  /** How many tasks run at once. */
  slots: number;
  /** How many may wait for a slot; further ones are refused at once. */
  maxWaiting: number;
  /** The same for one account, so that nobody takes all slots; by default as much as for everybody. */
  ofOne?: { readonly slots: number; readonly maxWaiting: number };
  whenFull: () => Error;
}

interface Waiting {
  readonly owner: string;
  readonly begin: () => void;
}

/** Runs each task when a slot is free, in the order of arrival among those whose account has one left. */
export function createGate({
  slots,
  maxWaiting,
  ofOne = { slots, maxWaiting },
  whenFull,
}: GateOptions) {
  let running = 0;
  const runningOf = new Map<string, number>();
  const waiting: Waiting[] = [];
  const mayBegin = (owner: string) => (runningOf.get(owner) ?? 0) < ofOne.slots;
  const count = (owner: string, change: 1 | -1) => {
    running += change;
    const of = (runningOf.get(owner) ?? 0) + change;
    if (of === 0) runningOf.delete(owner);
    else runningOf.set(owner, of);
  };
  return async <Result>(work: () => Promise<Result>, owner = ''): Promise<Result> => {
    if (running < slots && mayBegin(owner)) count(owner, 1);
    else {
      const theirs = waiting.filter((each) => each.owner === owner).length;
      if (waiting.length >= maxWaiting || theirs >= ofOne.maxWaiting) throw whenFull();
      await new Promise<void>((begin) => waiting.push({ owner, begin }));
    }
    try {
      return await work();
    } finally {
      count(owner, -1);
      const next = waiting.findIndex((each) => mayBegin(each.owner));
      const [first] = next < 0 ? [] : waiting.splice(next, 1);
      if (first) {
        // Counted at once, so that nobody can get in between.
        count(first.owner, 1);
        first.begin();
      }
    }
  };
}
