import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as afterPoll, setTimeout as delay } from 'node:timers/promises';

export interface DrainingOptions {
  /** True from the moment the process was asked to stop. */
  isDraining(): boolean;
  /** Milliseconds for requests that are being answered. */
  graceMs?: number;
}

/**
 * Looks without a request after which nobody is about to send the next one on a connection; and
 * without a new connection, after which balancers have noticed. Looks are counted, not milliseconds:
 * after a stall of the machine what is on its way still has as many of them to arrive.
 */
const QUIET_LOOKS = 10;
/** Looks for which new connections are taken although they go on coming. */
const LISTEN_LOOKS = 40;
/** As many connections as wait for a server of Node. */
const BACKLOG = 511;
/** Milliseconds from look to look of a server that closes. */
const LOOK_MS = 25;

interface Use {
  /**
   * The connections being answered. Not one set of all: a set that members come to and leave all the time keeps
   * its outgrown tables, and with them what was in them, until the old generation is collected.
   */
  readonly running: ServerResponse[];
  /** The look at which it was opened, or its last answer was complete. */
  idleSince: number;
}

/**
 * Ends a server's connections so that no request is cut. While the process drains, each answer says
 * `Connection: close`, so that whoever keeps connections opens the next one elsewhere. Closing ends
 * what has been idle for a while at once, and gives the others a moment to send what they are about
 * to send: Node itself closes a connection in the very moment in which it is used again, and keeps
 * one open that becomes idle later. As long as new connections come they are taken, for that moment
 * too: those that wait to be taken when a port is given up are cut.
 *
 * Returns how to close the server: it lets running requests finish, for a while. Connections that
 * were upgraded are not its business.
 */
export function drainConnections(
  server: Server,
  { isDraining, graceMs = 8_000 }: DrainingOptions,
): () => Promise<void> {
  const connections = new Map<Duplex, Use>();
  let isClosing = false;
  let look = 0;
  let openedAt = 0;
  let opened = 0;

  // One function for all of them, as thousands may stay for long.
  const forget = function (this: Duplex) {
    connections.delete(this);
  };
  const answered = function (this: ServerResponse) {
    const use = connections.get(this.req.socket);
    if (!use) return;
    const place = use.running.indexOf(this);
    if (place >= 0) use.running.splice(place, 1);
    use.idleSince = look;
  };
  server.on('connection', (socket: Duplex) => {
    openedAt = look;
    opened += 1;
    connections.set(socket, { running: [], idleSince: openedAt });
    socket.on('close', forget);
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    connections.get(socket)?.running.push(response);
    response.on('close', answered);
    if (isClosing || isDraining()) response.shouldKeepAlive = false;
  });
  server.on('upgrade', ({ socket }: IncomingMessage) => {
    forget.call(socket);
    // Where the offer is passed over, it comes back as a connection.
    socket.off('close', forget);
  });

  /** Each poll takes one connection (libuv since 1.45), and those that wait are cut by the end. */
  const takeThoseThatWait = async (): Promise<void> => {
    for (let polls = 0; polls < BACKLOG; polls += 1) {
      const before = opened;
      await afterPoll();
      if (opened === before) return;
    }
  };

  return async () => {
    isClosing = true;
    for (const { running } of connections.values()) {
      for (const response of running) response.shouldKeepAlive = false;
    }
    const began = Date.now();
    let isListening = true;
    while ((isListening || connections.size > 0) && Date.now() < began + graceMs) {
      // Right after what has arrived was read, so that it counts.
      await afterPoll();
      look += 1;
      if (isListening && (look - openedAt >= QUIET_LOOKS || look >= LISTEN_LOOKS)) {
        isListening = false;
        await takeThoseThatWait();
        // Not by the close() of http.Server: it ends all connections that are idle in this moment.
        TcpServer.prototype.close.call(server);
      }
      for (const [socket, { running, idleSince }] of connections) {
        if (running.length === 0 && look - idleSince >= QUIET_LOOKS) socket.destroy();
      }
      if (isListening || connections.size > 0) await delay(LOOK_MS);
    }
    server.closeAllConnections();
    // Stops what http.Server does now and then.
    server.close();
  };
}
