import { createCounts } from './counts.ts';
import type { SocketLimits } from './websocket/socket-limits.ts';

/** Connections of clients that are open now, sockets and streams over HTTP alike. */
export interface Connections {
  /** Counts one more; tells what there are too many of, if it may not be. */
  open(address: string): Connecting | 'process' | 'address';
}

export interface Connecting {
  /** False when the account has too many already. */
  mayBelongTo(userId: string): boolean;
  /** Counts it no longer. */
  closed(): void;
}

export function createConnections(limits: SocketLimits): Connections {
  const perAddress = createCounts(limits.socketsPerAddress);
  const perViewer = createCounts(limits.socketsPerViewer);
  let inAll = 0;
  return {
    open: (address) => {
      if (inAll >= limits.sockets) return 'process';
      if (!perAddress.take(address)) return 'address';
      inAll += 1;
      let owner: string | null = null;
      let isOpen = true;
      return {
        mayBelongTo: (userId) => {
          if (!isOpen || !perViewer.take(userId)) return false;
          owner = userId;
          return true;
        },
        closed: () => {
          if (!isOpen) return;
          isOpen = false;
          inAll -= 1;
          perAddress.give(address);
          if (owner !== null) perViewer.give(owner);
        },
      };
    },
  };
}
