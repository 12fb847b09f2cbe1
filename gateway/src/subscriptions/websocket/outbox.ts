import type { WebSocket } from 'ws';
import { type SocketLimits, TERMINATE_AFTER_MS, TOO_MUCH } from './socket-limits.ts';

/** What is on its way to one client, bounded. */
export interface Outbox {
  /** Resolves at once while there is room, else when there is again: so producers keep step. */
  send(text: string): Promise<void>;
}

/**
 * `ws` would queue without end for a client that does not read. Here a full queue makes producers
 * wait, and one that moves not at all for a while closes the socket: first politely, then for good,
 * because a client that does not read does not read the closing either.
 */
export function createOutbox(socket: WebSocket, limits: SocketLimits): Outbox {
  let messages = 0;
  let bytes = 0;
  let waiting: (() => void)[] = [];
  let stalled: NodeJS.Timeout | null = null;
  const isFull = () => messages >= limits.queuedMessages || bytes >= limits.queuedBytes;
  const tooSlow = () => {
    socket.close(TOO_MUCH, 'Too slow: read faster, then continue after your last cursor');
    setTimeout(() => socket.terminate(), TERMINATE_AFTER_MS).unref();
  };
  const watch = () => {
    if (stalled) clearTimeout(stalled);
    stalled = isFull() ? setTimeout(tooSlow, limits.stalledMs).unref() : null;
  };
  const release = () => {
    const resumed = waiting;
    waiting = [];
    for (const resume of resumed) resume();
  };
  socket.once('close', () => {
    if (stalled) clearTimeout(stalled);
    release();
  });
  return {
    send: async (text) => {
      if (socket.readyState !== socket.OPEN) return;
      while (isFull() && socket.readyState === socket.OPEN) {
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      if (socket.readyState !== socket.OPEN) return;
      const size = text.length;
      messages += 1;
      bytes += size;
      socket.send(text, () => {
        messages -= 1;
        bytes -= size;
        watch();
        if (!isFull() && waiting.length > 0) release();
      });
      if (isFull() && !stalled) watch();
    },
  };
}
