import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/**
 * A client of graphql-ws at a gateway's HTTP address, with the token that its owner has each time it connects. It
 * does not come back by itself, unless `options` say so.
 */
export const socketClient = (
  gatewayUrl: string,
  whose: { readonly token: string },
  options: Partial<ClientOptions> = {},
): Client =>
  createClient({
    url: gatewayUrl.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: `Bearer ${whose.token}` }),
    retryAttempts: 0,
    ...options,
  });
