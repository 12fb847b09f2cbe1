import {
  type IRateLimiterOptions,
  RateLimiterMemory,
  type RateLimiterRes,
} from 'rate-limiter-flexible';

/** Keys of one rule in the memory of a process: some 10 MB at most. */
export const MOST_KEYS = 20_000;

/**
 * Counts in this process for a bounded number of keys, since a client that varies the key must not fill the
 * memory. Beyond that the least recently used key is forgotten, which never is the key of somebody who keeps
 * trying.
 */
export class BoundedMemoryLimiter extends RateLimiterMemory {
  readonly #mostKeys: number;
  /** In the order of their last use. */
  readonly #keys = new Set<string>();

  constructor(options: IRateLimiterOptions, mostKeys = MOST_KEYS) {
    super(options);
    this.#mostKeys = mostKeys;
  }

  override consume(
    key: string,
    points?: number,
    options?: Record<string, unknown>,
  ): Promise<RateLimiterRes> {
    this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > this.#mostKeys) {
      const [oldest = key] = this.#keys;
      this.#keys.delete(oldest);
      void this.delete(oldest);
    }
    return super.consume(key, points, options);
  }
}
