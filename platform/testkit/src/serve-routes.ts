import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subgraph } from '@souk/runtime/subgraph';
import { asListener } from './as-listener.ts';

/** An address at which a subgraph answers beside the graph, as its process does. */
export interface ServedRoutes extends AsyncDisposable {
  readonly url: string;
}

/** Serves what a subgraph answers beside the graph; asked for with each request, as it may be started later. */
export async function serveRoutes(subgraph: () => Pick<Subgraph, 'routes'>): Promise<ServedRoutes> {
  const server = createServer(
    asListener(async (request, response) => {
      for (const route of subgraph().routes) if (await route(request, response)) return;
      response.writeHead(404).end();
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
