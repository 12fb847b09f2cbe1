import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that a test can break, as a train in a tunnel does. */
export interface BreakableLine extends AsyncDisposable {
  /** Of the server as seen through the line. */
  readonly url: string;
  /** Connections through it since it was opened. */
  readonly connections: number;
  /** Breaks what is connected, without a goodbye. New connections come through. */
  cut(): void;
  /** Breaks what is connected, and lets nobody through until the line is mended. */
  breakDown(): void;
  mend(): void;
}

export async function openLine(to: string): Promise<BreakableLine> {
  const url = new URL(to);
  const { hostname, port } = url;
  // Of a database: a line leads to the port, whatever else there is.
  url.searchParams.delete('host');
  const open = new Set<Socket>();
  let isDown = false;
  let connections = 0;

  const server = createServer((near) => {
    if (isDown) return near.resetAndDestroy();
    connections += 1;
    const far = connect(Number(port), hostname);
    for (const [own, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(own);
      own.setNoDelay(true);
      own.on('error', () => {});
      own.on('close', () => {
        open.delete(own);
        other.destroy();
      });
      own.pipe(other);
    }
  });
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href.replace(/\/$/, ''),
    get connections() {
      return connections;
    },
    cut,
    breakDown: () => {
      isDown = true;
      cut();
    },
    mend: () => {
      isDown = false;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
