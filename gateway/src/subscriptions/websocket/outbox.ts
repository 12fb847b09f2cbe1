import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { type SocketLimits, TERMINATE_AFTER_MS, TOO_MUCH } from './socket-limits.ts';
import { textFrame } from './text-frame.ts';

/** What is on its way to one client, bounded. */
export interface Outbox {
  /** Writes a message of several parts, unless too much waits already: then false, and nothing is. */
  write(parts: readonly Buffer[]): boolean;
  /** Resolves when there is room, at once if there is; or when the socket closes. */
  room(): Promise<void>;
  /** Writes as soon as there is room. */
  send(text: string): Promise<void>;
}

const NOTHING = Buffer.alloc(0);

/**
 * `ws` would queue without end for a client that does not read. Here a full queue refuses more, and
 * one that moves not at all for a while closes the socket: first politely, then for good, because a
 * client that does not read does not read the closing either.
 *
 * Messages go straight to the connection below `ws`, which is idle between its own few frames
 * (pongs, the closing) as long as nothing is compressed: its way of sending costs a tenth more time
 * for each message, and cannot tell how many wait.
 */
export function createOutbox(socket: WebSocket, stream: Duplex, limits: SocketLimits): Outbox {
  /** Messages written since the connection last had nothing to do. */
  let messages = 0;
  let waiting: Promise<void> | null = null;
  const isFull = () => {
    if (stream.writableLength === 0) messages = 0;
    return messages >= limits.queuedMessages || stream.writableLength >= limits.queuedBytes;
  };
  const tooSlow = () => {
    socket.close(TOO_MUCH, 'Too slow: read faster, then continue after your last cursor');
    setTimeout(() => socket.terminate(), TERMINATE_AFTER_MS).unref();
  };
  const isOpen = () => socket.readyState === socket.OPEN;

  /** What waits now has left when an empty write behind it is done. */
  const emptied = () =>
    new Promise<void>((resolve) => {
      const stalled = setTimeout(tooSlow, limits.stalledMs).unref();
      const done = () => {
        clearTimeout(stalled);
        socket.off('close', done);
        messages = 0;
        waiting = null;
        resolve();
      };
      socket.once('close', done);
      stream.write(NOTHING, done);
    });

  const outbox: Outbox = {
    write: (parts) => {
      if (!isOpen()) return true;
      if (isFull()) return false;
      messages += 1;
      stream.write(textFrame(parts));
      return true;
    },
    room: async () => {
      if (!isOpen() || !isFull()) return;
      waiting ??= emptied();
      await waiting;
    },
    send: async (text) => {
      const parts = [Buffer.from(text)];
      while (!outbox.write(parts)) await outbox.room();
    },
  };
  return outbox;
}
