import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as afterPoll, setTimeout as delay } from 'node:timers/promises';

export interface DrainingOptions {
  /** True from the moment the process was asked to stop. */
  isDraining(): boolean;
  /** Milliseconds for running requests. */
  graceMs?: number;
}

/**
 * How many checks a connection must be idle before it is closed, and how many checks must pass without a new
 * connection, so that load balancers have noticed. Checks are counted instead of milliseconds: after a stall
 * of the machine, data that is on its way still has as many checks to arrive.
 */
const QUIET_LOOKS = 10;
/** How many checks new connections are accepted if they keep coming. */
const LISTEN_LOOKS = 40;
/** As many connections as may wait for a Node server. */
const BACKLOG = 511;
/** Milliseconds between two checks while a server closes. */
const LOOK_MS = 25;

interface Use {
  /**
   * The connections with running requests. Not one set of all connections: a set that members join and leave
   * all the time keeps its outgrown tables, and with them their members, until the old generation is
   * collected.
   */
  readonly running: ServerResponse[];
  /** The check at which it was opened, or at which its last answer was complete. */
  idleSince: number;
}

/**
 * Ends a server's connections without cutting off requests. While the process drains, each answer says
 * `Connection: close`, so that clients open their next connection elsewhere. Closing ends connections that
 * have been idle for a while at once, and gives the others a moment to send what they are about to send: Node
 * itself closes a connection at the very moment it is used again, and keeps one open that becomes idle later.
 * New connections are accepted during that moment too, since those in the backlog are cut off when a port is
 * closed.
 *
 * Returns a function that closes the server: it lets running requests finish, for a while. Upgraded
 * connections are not handled here.
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

  // One function for all of them, since thousands may stay for a long time.
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
    // A client that ignores the upgrade offer becomes an ordinary connection again.
    socket.off('close', forget);
  });

  /** Each poll accepts one connection (libuv since 1.45), and those still waiting at the end are cut off. */
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
      // Right after incoming data was read, so that it counts.
      await afterPoll();
      look += 1;
      if (isListening && (look - openedAt >= QUIET_LOOKS || look >= LISTEN_LOOKS)) {
        isListening = false;
        await takeThoseThatWait();
        // Not through close() of http.Server, which ends all connections that are idle at that moment.
        TcpServer.prototype.close.call(server);
      }
      for (const [socket, { running, idleSince }] of connections) {
        if (running.length === 0 && look - idleSince >= QUIET_LOOKS) socket.destroy();
      }
      if (isListening || connections.size > 0) await delay(LOOK_MS);
    }
    server.closeAllConnections();
    // Stops the periodic checks of http.Server.
    server.close();
  };
}
