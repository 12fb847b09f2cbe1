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
    return new Connecting(this, this.#perViewer, address);
  }

  /** Counts one less. */
  close(address: string): void {
    this.#inAll -= 1;
    this.#perAddress.give(address);
  }
}

/** One that is counted. */
export class Connecting {
  readonly #among: Connections;
  readonly #perViewer: Counts;
  readonly #address: string;
  #isOpen = true;
  #owner: string | null = null;

  constructor(among: Connections, perViewer: Counts, address: string) {
    this.#among = among;
    this.#perViewer = perViewer;
    this.#address = address;
  }

  /** False when the account has too many already. */
  mayBelongTo(userId: string): boolean {
    if (!this.#isOpen || !this.#perViewer.take(userId)) return false;
    this.#owner = userId;
    return true;
  }

  /** Counts it no longer. */
  closed(): void {
    if (this.#isOpen) this.#among.close(this.#address);
    this.#isOpen = false;
    if (this.#owner !== null) this.#perViewer.give(this.#owner);
    this.#owner = null;
  }
}
