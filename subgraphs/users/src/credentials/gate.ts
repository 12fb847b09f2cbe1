export interface GateOptions {
  /** How many works run at once. */
  slots: number;
  /** How many may wait for a slot; the next one is turned away at once. */
  maxWaiting: number;
  whenFull: () => Error;
}

/** Runs each work when a slot is free, in the order of arrival. */
export function createGate({ slots, maxWaiting, whenFull }: GateOptions) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < slots) running += 1;
    else {
      if (waiting.length >= maxWaiting) throw whenFull();
      // The one that ends hands its slot on, so nobody can slip in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
