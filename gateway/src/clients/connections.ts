import { type Counts, createCounts } from './counts.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Open connections of clients, both sockets and streams over HTTP. */
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

  /** Counts one more connection; returns which limit it would exceed, if any. */
  open(address: string): Connecting | 'process' | 'address' {
    if (this.#inAll >= this.#limit) return 'process';
    if (!this.#perAddress.take(address)) return 'address';
    this.#inAll += 1;
    return new Connecting(this, this.#perViewer, address);
  }

  /** Counts one connection less. */
  close(address: string): void {
    this.#inAll -= 1;
    this.#perAddress.give(address);
  }
}

/** One counted connection. */
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

  /** False when the account has too many connections already. */
  mayBelongTo(userId: string): boolean {
    if (!this.#isOpen || !this.#perViewer.take(userId)) return false;
    this.#owner = userId;
    return true;
  }

  /** Stops counting it. */
  closed(): void {
    if (this.#isOpen) this.#among.close(this.#address);
    this.#isOpen = false;
    if (this.#owner !== null) this.#perViewer.give(this.#owner);
    this.#owner = null;
  }
}
