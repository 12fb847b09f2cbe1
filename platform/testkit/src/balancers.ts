import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { asListener } from './as-listener.ts';

export interface Balancer extends AsyncDisposable {
  readonly port: number;
}

export interface ConnectionBalancer extends Balancer {
  /** Resets the connections of clients that are open, without a goodbye; gives how many they were. */
  reset(): number;
}

/** The servers that say they are ready, in this moment; what a balancer asks now and then. */
export type ReadyPorts = () => readonly number[];

/** Passes each connection to one of the servers, as a balancer below HTTP does. */
export async function balanceConnections(ready: ReadyPorts): Promise<ConnectionBalancer> {
  const open = new Set<Socket>();
  const ofClients = new Set<Socket>();
  const next = inTurn();
  const server = createTcpServer((near) => {
    const far = connect(next(ready()), '127.0.0.1');
    far.on('error', () => near.destroy());
    far.once('connect', () => {
      ofClients.add(near);
      near.on('close', () => ofClients.delete(near));
      for (const [own, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(own);
        own.on('close', () => {
          open.delete(own);
          other.destroy();
        });
        own.pipe(other);
      }
    });
    near.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    reset: () => {
      const reset = [...ofClients];
      for (const socket of reset) socket.resetAndDestroy();
      return reset.length;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Passes each request to one of the servers over connections of its own, which it keeps. */
export async function balanceRequests(ready: ReadyPorts): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  const next = inTurn();
  const server = createServer(
    asListener(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const { method = 'POST', url: path, headers } = incoming;
      const onward = request(
        { port: next(ready()), method, path, agent, host: '127.0.0.1', headers },
        (answer) => {
          const { connection: _, ...passed } = answer.headers;
          response.writeHead(answer.statusCode ?? 502, passed);
          answer.pipe(response);
        },
      );
      onward.on('error', (error) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(502).end(error.message);
      });
      onward.end(body);
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}

function inTurn() {
  let turn = 0;
  return (ports: readonly number[]): number => {
    turn += 1;
    const port = ports[turn % ports.length];
    if (port === undefined) throw new Error('No server is ready.');
    return port;
  };
}
