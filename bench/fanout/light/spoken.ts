/** The room's messages so far, by number from 1, and who waits for the next. */
export interface Spoken {
  readonly head: number;
  /** The room's next message is said. */
  say(): void;
  /** Resolves when there is a message after this number, or when nobody wants it any more. */
  after(number: number, signal: AbortSignal): Promise<void>;
}

export function createSpoken(): Spoken {
  let head = 0;
  let waiting: (() => void)[] = [];
  return {
    get head() {
      return head;
    },
    say: () => {
      head += 1;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    after: async (number, signal) => {
      while (head <= number && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waiting.push(wake);
          signal.addEventListener('abort', wake);
        });
      }
    },
  };
}
