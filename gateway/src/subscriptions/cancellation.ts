/**
 * Whether a client has left its subscription, and who is notified when it does: one listener at a
 * time, as one thing is done for it at a time. An AbortSignal would say the same in a kilobyte more,
 * which each of thousands of idle clients would keep.
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

  /** Replaces the listener; null for none. One that is set after the cancellation is not notified. */
  notify(listener: CancellationListener | null): void {
    this.#listener = listener;
  }

  /** Resolves after so many milliseconds, or when the client leaves. */
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
