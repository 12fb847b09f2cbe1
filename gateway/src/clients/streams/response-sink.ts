import type { ServerResponse } from 'node:http';
import { slowClients } from '@souk/runtime/process';
import type { LiveSink } from '../../subscriptions/live-sink.ts';
import type { SocketLimits } from '../socket-limits.ts';
import { eventsWritten } from '../stream-metrics.ts';
import type { StreamFormat } from './stream-format.ts';

/** Where events are written, and how many have been written. */
export interface CountingSink extends LiveSink {
  readonly sent: number;
}

/** Writes events as parts of one response; a client that does not read for long is disconnected. */
export function eventsInto(
  response: ServerResponse,
  format: StreamFormat,
  limits: SocketLimits,
): CountingSink {
  let sent = 0;
  return {
    get sent() {
      return sent;
    },
    write: (event) => {
      if (response.destroyed) return true;
      if (response.writableLength >= limits.queuedBytes) return false;
      response.write(event.as(format.event));
      sent += 1;
      eventsWritten[format.name].count += 1;
      return true;
    },
    room: () => drained(response, limits),
  };
}

/**
 * Waits for a slow client; one that reads nothing for as long as pings may stay unanswered is disconnected.
 */
export function drained(
  response: ServerResponse,
  { keepAliveMs }: Pick<SocketLimits, 'keepAliveMs'>,
): Promise<void> {
  return new Promise((resolve) => {
    slowClients.add({ outcome: 'waited' });
    const cutOff = () => {
      slowClients.add({ outcome: 'cut off' });
      response.destroy();
    };
    const settle = () => {
      response.setTimeout(0);
      response.off('timeout', cutOff);
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    // Every byte that leaves a socket resets its timeout. Data that still waits in this process is not
    // counted, so all of it is handed to the kernel in one piece.
    response.setTimeout(keepAliveMs, cutOff);
    response.once('drain', settle);
    response.once('close', settle);
    if (response.destroyed) settle();
  });
}
