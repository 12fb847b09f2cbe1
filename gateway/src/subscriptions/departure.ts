/**
 * Whether a client has left its subscription, and who is to be told when it does: one at a time, as
 * one thing is done for it at a time. An AbortSignal would say the same in a kilobyte more, which
 * each of thousands of idle clients would keep.
 */
export class Departure {
  #hasLeft = false;
  #listener: DepartureListener | null = null;

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    const listener = this.#listener;
    this.#listener = null;
    listener?.left();
  }

  /** Who is told from now on; null for nobody. Whoever comes too late is not told. */
  tell(listener: DepartureListener | null): void {
    this.#listener = listener;
  }

  /** Resolves after so many milliseconds, or when the client leaves. */
  pause(milliseconds: number): Promise<void> {
    if (this.#hasLeft) return Promise.resolve();
    return new Promise((resolve) => {
      const over = () => {
        clearTimeout(timer);
        this.tell(null);
        resolve();
      };
      const timer = setTimeout(over, milliseconds).unref();
      this.tell({ left: over });
    });
  }
}

export interface DepartureListener {
  left(): void;
}
