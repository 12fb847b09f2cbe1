/** A token bucket: `burst` at once, then `perSecond`. */
export class MessageRate {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  /** Milliseconds, as counted by `performance.now`. */
  #at = performance.now();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  /** False when one more message would be too many. */
  take(now = performance.now()): boolean {
    const earned = ((now - this.#at) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
