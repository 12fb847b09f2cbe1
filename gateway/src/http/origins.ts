import type { IncomingMessage } from 'node:http';

/** Which web pages may talk to this gateway from a browser. */
export interface Origins {
  /** Headers that let the page of this request read the answer; none for a page not on the list. */
  corsHeaders(request: IncomingMessage): Record<string, string>;
  preflightHeaders(request: IncomingMessage): Record<string, string>;
  /** For a WebSocket, which browsers open to anybody: no page, our own page, or one on the list. */
  mayConnect(request: IncomingMessage): boolean;
}

/** `allowed` are whole origins, compared exactly: `https://shop.example`. */
export function createOrigins(allowed: readonly string[]): Origins {
  const list = new Set(allowed);
  const listed = ({ headers }: IncomingMessage) =>
    headers.origin !== undefined && list.has(headers.origin);
  const corsHeaders = (request: IncomingMessage): Record<string, string> =>
    listed(request)
      ? {
          'access-control-allow-origin': String(request.headers.origin),
          'access-control-expose-headers': 'x-request-id, retry-after',
          vary: 'Origin',
        }
      : { vary: 'Origin' };
  return {
    corsHeaders,
    preflightHeaders: (request) => ({
      ...corsHeaders(request),
      ...(listed(request)
        ? {
            'access-control-allow-methods': 'GET, POST',
            'access-control-allow-headers':
              'authorization, content-type, x-request-id, apollo-require-preflight, x-apollo-operation-name, last-event-id',
            'access-control-max-age': '600',
          }
        : {}),
    }),
    mayConnect: (request) => {
      const { origin, host } = request.headers;
      if (origin === undefined || list.has(origin)) return true;
      return URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
