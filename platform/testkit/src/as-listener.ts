import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A listener of a server's requests that may fail, as it does when a client leaves in the midst of what
 * it sends: that ends the connection, where nobody would have caught it.
 */
export const asListener =
  <Request extends IncomingMessage, Response extends ServerResponse>(
    answer: (request: Request, response: Response) => Promise<unknown>,
  ) =>
  (request: Request, response: Response): void => {
    answer(request, response).catch(() => response.destroy());
  };
