/** Longer timers overflow in Node and fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The result of a promise, or of `late` when the promise takes longer than that; the work itself continues. A
 * `late` that throws rejects. The signal, if there is one, ends the waiting as well.
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
