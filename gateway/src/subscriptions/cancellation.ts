/**
 * Whether a client has left its subscription, and the listener that is notified when it does. There is one
 * listener at a time, since one thing is done for a client at a time. An AbortSignal would do the same with a
 * kilobyte more for each of thousands of idle clients.
 */
export class Cancellation {
  #isCancelled = false;
  #listener: CancellationListener | null = null;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    const listener = this.#listener;
    this.#listener = null;
    listener?.cancelled();
  }

  /**
   * Replaces the listener; null removes it. A listener that is set after the cancellation is not notified.
   */
  notify(listener: CancellationListener | null): void {
    this.#listener = listener;
  }

  /** Resolves after this many milliseconds, or when the client leaves. */
  pause(milliseconds: number): Promise<void> {
    if (this.#isCancelled) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        this.notify(null);
        resolve();
      };
      const timer = setTimeout(over, milliseconds).unref();
      this.notify({ cancelled: over });
    });
  }
}

export interface CancellationListener {
  cancelled(): void;
}
