/** Timers take no more, and fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * What a promise resolves to, or what `late` gives where that takes longer; the work itself goes on. A
 * `late` that throws makes it an error. The signal, if there is one, ends the waiting as well.
 */
export function within<Value, Late>(
  milliseconds: number,
  work: Promise<Value>,
  late: () => Late,
  signal?: AbortSignal,
): Promise<Value | Late> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      end();
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    };
    const timer = setTimeout(giveUp, Math.min(LONGEST_TIMER_MS, Math.max(0, milliseconds)));
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(end);
    if (signal?.aborted) giveUp();
  });
}
