export interface Rest {
  /** False while it rests. After a failure, true for one caller in a while: the others need not wait. */
  mayAsk(): boolean;
  answered(isWell: boolean): void;
}

/** Milliseconds for which what failed is not asked again. */
const REST_MS = 1_000;

/** For what would have everybody wait until a server that is away has not answered them either. */
export function restAfterFailure(now: () => number = Date.now): Rest {
  let until = 0;
  return {
    mayAsk: () => {
      if (now() < until) return false;
      if (until > 0) until = now() + REST_MS;
      return true;
    },
    answered: (isWell) => {
      until = isWell ? 0 : now() + REST_MS;
    },
  };
}
