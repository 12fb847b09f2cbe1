import type { EventEmitter } from 'node:events';

/**
 * Resolves when a connection ends or a signal aborts, and leaves no listener on either, since the signal
 * outlives many connections.
 */
export const endOrAbort = (connection: EventEmitter, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const over = () => {
      connection.off('end', over);
      signal.removeEventListener('abort', over);
      resolve();
    };
    connection.once('end', over);
    signal.addEventListener('abort', over, { once: true });
    if (signal.aborted) over();
  });
