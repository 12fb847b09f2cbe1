import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/**
 * A client of graphql-ws at a gateway's HTTP address, for whoever has the token by the time it connects. It does
 * not come back by itself, unless `options` say so.
 */
export const socketClient = (
  gatewayUrl: string,
  { token }: { readonly token: string },
  options: Partial<ClientOptions> = {},
): Client =>
  createClient({
    url: gatewayUrl.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${token}` }),
    retryAttempts: 0,
    ...options,
  });
