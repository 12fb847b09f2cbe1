/** Something that a process does again and again until it is closed. */
export interface RepeatedWork {
  readonly everyMs: number;
  /** The next round does not begin before this one has ended, nor is it made up for when it is late. */
  round(stopping: AbortSignal): Promise<unknown>;
  /** Of a round that failed; the next one comes all the same. */
  onFailure(error: unknown): void;
  /** Begins with a round, not with a pause. */
  readonly atOnce?: boolean;
}

/** Does each of these beside the others. Closing waits for the rounds under way. */
export function repeatWork(works: readonly RepeatedWork[]): { close(): Promise<void> } {
  const stopping = new AbortController();
  const rounds = works.map(({ round, onFailure, everyMs, atOnce = false }) => {
    let running: Promise<unknown> | null = null;
    const start = () => {
      running ??= (async () => round(stopping.signal))()
        .catch(onFailure)
        .finally(() => {
          running = null;
        });
    };
    const timer = setInterval(start, everyMs);
    timer.unref();
    if (atOnce) start();
    return async () => {
      clearInterval(timer);
      await running;
    };
  });
  return {
    close: async () => {
      stopping.abort();
      await Promise.all(rounds.map((end) => end()));
    },
  };
}
