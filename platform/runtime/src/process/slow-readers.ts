import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { countMetric } from '../telemetry/metrics.ts';

/** Clients that read more slowly than there is to send: they were waited for, or cut off. */
export const slowClients = countMetric({
  name: 'graphql_slow_clients_total',
  help: 'Times that a client that reads slowly was waited for, or cut off',
  labels: ['outcome'],
});

/** What may wait in this process for clients to read it. */
export interface ReadingLimits {
  /** Milliseconds from look to look. */
  lookMs: number;
  /**
   * Looks within which a client takes `floorBytes`, or all that waits for it. Looks are counted, not milliseconds:
   * a process that stood still has sent nothing meanwhile.
   */
  patienceLooks: number;
  floorBytes: number;
  /** Bytes that wait for all clients together. */
  waitingBytes: number;
}

/** Two kilobytes a second: slower than any line on which somebody waits for an answer. */
export const DEFAULT_READING_LIMITS: ReadingLimits = {
  lookMs: 1_000,
  patienceLooks: 30,
  floorBytes: 65_536,
  waitingBytes: 128 * 1_048_576,
};

/** Who is at the other end, under a name that its connections share. */
export type ClientOf = (socket: Socket) => string;
const addressOf: ClientOf = ({ remoteAddress = '' }) => remoteAddress;

/** A client for whom something waits, and what it has taken. */
interface Reader {
  /** The look since which something has waited for it all the time. */
  readonly since: number;
  /** The look since which `taken` is counted, and the bytes that have to be taken from then on. */
  countedFrom: number;
  due: number;
  taken: number;
  /** Bytes that were sent whole, and those of the piece that is being sent which wait. */
  sent: number;
  inPiece: number;
}

/**
 * Bytes of the piece which a socket is sending that the kernel has not taken. Node's own limit of time for sockets
 * looks here, too; a piece may be a whole answer, of which `bytesWritten` would say nothing until its end.
 */
const waitingInPiece = (socket: Socket): number =>
  (socket as { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;

/**
 * Cuts off whoever does not read what a server sends, whichever way it is sent: as one piece, in parts, or from a
 * file. Each keeps memory, or a file, that serves nobody else. Where more waits for all together than may, a connection
 * of the client goes first for whom most waits in all, and of its connections that which has held most for longest: a
 * thousand that hold little each would otherwise have everybody else cut off. Connections that were upgraded are not
 * its business.
 */
export function cutOffSlowReaders(
  server: Server,
  { lookMs, patienceLooks, floorBytes, waitingBytes }: ReadingLimits = DEFAULT_READING_LIMITS,
  clientOf: ClientOf = addressOf,
): void {
  const sockets = new Set<Socket>();
  const readers = new Map<Socket, Reader>();
  let look = 0;

  // One function for all of them, as thousands may stay for long.
  const forget = function (this: Socket) {
    sockets.delete(this);
    readers.delete(this);
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', forget);
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    forget.call(socket);
    // Where the offer is passed over, it comes back as a connection.
    socket.off('close', forget);
  });

  const cutOff = (socket: Socket) => {
    slowClients.add({ outcome: 'cut off' });
    forget.call(socket);
    // What waits would be kept for as long as the kernel tries.
    socket.resetAndDestroy();
  };
  const looking = setInterval(() => {
    look += 1;
    let waitingInAll = 0;
    for (const socket of sockets) {
      const waiting = socket.writableLength;
      if (waiting === 0) readers.delete(socket);
      else if (hasPatience(socket, waiting)) waitingInAll += waiting;
      else cutOff(socket);
    }
    while (waitingInAll > waitingBytes) {
      const socket = heaviest();
      waitingInAll -= socket.writableLength;
      cutOff(socket);
    }
  }, lookMs).unref();
  server.on('close', () => clearInterval(looking));

  function hasPatience(socket: Socket, waiting: number): boolean {
    const sent = socket.bytesWritten - waiting;
    const inPiece = waitingInPiece(socket);
    const reader = readers.get(socket);
    if (!reader) {
      const due = Math.min(floorBytes, waiting);
      readers.set(socket, { since: look, countedFrom: look, due, taken: 0, sent, inPiece });
      return true;
    }
    // Where a piece ended meanwhile its bytes count once more, which is to the client's advantage.
    reader.taken += sent === reader.sent ? reader.inPiece - inPiece : sent - reader.sent;
    reader.sent = sent;
    reader.inPiece = inPiece;
    if (reader.taken < reader.due) return look - reader.countedFrom < patienceLooks;
    reader.countedFrom = look;
    reader.due = Math.min(floorBytes, waiting);
    reader.taken = 0;
    return true;
  }

  /** Of the client for whom most waits, the connection that has held most for longest. */
  function heaviest(): Socket {
    const waitingFor = new Map<string, number>();
    let client = '';
    for (const socket of readers.keys()) {
      const name = clientOf(socket);
      waitingFor.set(name, (waitingFor.get(name) ?? 0) + socket.writableLength);
      if ((waitingFor.get(name) ?? 0) > (waitingFor.get(client) ?? -1)) client = name;
    }
    let found: Socket | undefined;
    let most = -1;
    for (const [socket, { since }] of readers) {
      if (clientOf(socket) !== client) continue;
      const weight = socket.writableLength * (look - since + 1);
      if (weight > most) [found, most] = [socket, weight];
    }
    return found as Socket;
  }
}
