import { type Counts, createCounts } from './counts.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Connections of clients that are open now, sockets and streams over HTTP alike. */
export class Connections {
  readonly #limit: number;
  readonly #perAddress: Counts;
  readonly #perViewer: Counts;
  #inAll = 0;

  constructor({ sockets, socketsPerAddress, socketsPerViewer }: SocketLimits) {
    this.#limit = sockets;
    this.#perAddress = createCounts(socketsPerAddress);
    this.#perViewer = createCounts(socketsPerViewer);
  }

  /** Counts one more; gives what there are too many of, if it may not be. */
  open(address: string): Connecting | 'process' | 'address' {
    if (this.#inAll >= this.#limit) return 'process';
    if (!this.#perAddress.take(address)) return 'address';
    this.#inAll += 1;
    return new Connecting(this.#perViewer, () => {
      this.#inAll -= 1;
      this.#perAddress.give(address);
    });
  }
}

/** One that is counted. */
export class Connecting {
  readonly #perViewer: Counts;
  #giveBack: (() => void) | null;
  #owner: string | null = null;

  constructor(perViewer: Counts, giveBack: () => void) {
    this.#perViewer = perViewer;
    this.#giveBack = giveBack;
  }

  /** False when the account has too many already. */
  mayBelongTo(userId: string): boolean {
    if (!this.#giveBack || !this.#perViewer.take(userId)) return false;
    this.#owner = userId;
    return true;
  }

  /** Counts it no longer. */
  closed(): void {
    this.#giveBack?.();
    this.#giveBack = null;
    if (this.#owner !== null) this.#perViewer.give(this.#owner);
    this.#owner = null;
  }
}
