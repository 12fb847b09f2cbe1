import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { countMetric } from '../telemetry/metrics.ts';

/**
 * Clients that read more slowly than there is data to send: how often they were waited for, or disconnected.
 */
export const slowClients = countMetric({
  name: 'graphql_slow_clients_total',
  help: 'Times that a client that reads slowly was waited for, or cut off',
  labels: ['outcome'],
});

/** How much may wait in this process for clients to read. */
export interface ReadingLimits {
  /** Milliseconds between two checks. */
  lookMs: number;
  /**
   * Number of checks within which a client must take `floorBytes`, or everything that waits for it. Checks
   * are counted, not milliseconds: a process that was blocked has sent nothing meanwhile.
   */
  patienceLooks: number;
  floorBytes: number;
  /** Bytes that may wait for all clients together. */
  waitingBytes: number;
}

/** Two kilobytes a second: slower than any line on which somebody waits for an answer. */
export const DEFAULT_READING_LIMITS: ReadingLimits = {
  lookMs: 1_000,
  patienceLooks: 30,
  floorBytes: 65_536,
  waitingBytes: 128 * 1_048_576,
};

/** The client of a connection, by a name that all its connections share. */
export type ClientOf = (socket: Socket) => string;
const addressOf: ClientOf = ({ remoteAddress = '' }) => remoteAddress;

/** A connection for which data waits, and what it has taken. */
interface Reader {
  /** The check since which data has been waiting for it without a pause. */
  readonly since: number;
  /** The check from which `taken` is counted, and the bytes that must be taken from then on. */
  countedFrom: number;
  due: number;
  taken: number;
  /** Bytes that were sent completely, and those of the current chunk that still wait. */
  sent: number;
  inPiece: number;
}

/**
 * Bytes of the current chunk that the kernel has not taken. Node's own socket timeout checks the same; a
 * chunk may be a whole answer, of which `bytesWritten` would show nothing until its end.
 */
const waitingInPiece = (socket: Socket): number =>
  (socket as { _handle?: { writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;

/**
 * Disconnects clients that do not read what a server sends, whether it is sent in one piece, in parts, or
 * from a file. Each of them holds memory, or a file, that serves nobody else. When too much waits in total,
 * the client with the most waiting data loses the connection that has held the most for the longest time;
 * otherwise a thousand clients that hold little each would have everybody else disconnected. Upgraded
 * connections are not handled here.
 */
export function cutOffSlowReaders(
  server: Server,
  { lookMs, patienceLooks, floorBytes, waitingBytes }: ReadingLimits = DEFAULT_READING_LIMITS,
  clientOf: ClientOf = addressOf,
): void {
  const sockets = new Set<Socket>();
  const readers = new Map<Socket, Reader>();
  let look = 0;

  // One function for all of them, since thousands may stay for a long time.
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
    // A client that ignores the upgrade offer becomes an ordinary connection again.
    socket.off('close', forget);
  });

  const cutOff = (socket: Socket) => {
    slowClients.add({ outcome: 'cut off' });
    forget.call(socket);
    // Otherwise the waiting data would be kept for as long as the kernel tries.
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
    // If a chunk ended meanwhile its bytes count twice, to the client's advantage.
    reader.taken += sent === reader.sent ? reader.inPiece - inPiece : sent - reader.sent;
    reader.sent = sent;
    reader.inPiece = inPiece;
    if (reader.taken < reader.due) return look - reader.countedFrom < patienceLooks;
    reader.countedFrom = look;
    reader.due = Math.min(floorBytes, waiting);
    reader.taken = 0;
    return true;
  }

  /** Of the client with the most waiting data, the connection that has held the most for the longest time. */
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
