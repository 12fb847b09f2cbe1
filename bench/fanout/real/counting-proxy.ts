import { connect, createServer } from 'node:net';

export interface CountingProxy {
  /** GraphQL requests that went through so far. */
  readonly requests: number;
  close(): void;
}

const REQUEST = 'POST /graphql';

/** Stands before a subgraph that does not count for itself. */
export async function countRequests(from: number, to: number): Promise<CountingProxy> {
  let requests = 0;
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: to, host: '127.0.0.1', noDelay: true });
    client.on('data', (chunk: Buffer) => {
      requests += chunk.toString('latin1').split(REQUEST).length - 1;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(from, '127.0.0.1', resolve));
  return {
    get requests() {
      return requests;
    },
    close: () => server.close(),
  };
}
