export interface Rest {
  /** False during a pause. After a failure it is true for one caller per pause: the others need not wait. */
  mayAsk(): boolean;
  answered(isWell: boolean): void;
}

/** Milliseconds for which something that failed is not tried again. */
const REST_MS = 1_000;

/** For calls that would otherwise make every caller wait until a server that is away has failed to answer. */
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
