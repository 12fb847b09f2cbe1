import type { Server, ServerResponse } from 'node:http';

/**
 * Node's own limit of time for a response: whoever takes a byte now and then is kept for as long as they like.
 * Kept so that the tests which must notice that can be seen to notice it.
 */
export const endIdleSockets =
  (milliseconds: number) =>
  (server: Server): void => {
    server.prependListener('request', (_, response: ServerResponse) =>
      response.setTimeout(milliseconds, () => response.destroy()),
    );
  };
