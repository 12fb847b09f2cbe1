import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Which web pages may talk to this gateway from a browser. */
export interface Origins {
  /** Headers that let the page of this request read the answer; none for a page not on the list. */
  corsHeaders(request: IncomingMessage): Record<string, string>;
  preflightHeaders(request: IncomingMessage): Record<string, string>;
  /** For a WebSocket, which browsers open to anybody: no page, our own page by the same scheme, or one on the list. */
  mayConnect(request: IncomingMessage): boolean;
}

/** On the list of allowed origins it stands for every port of the person's own machine. */
export const ANY_LOCAL_ORIGIN = 'localhost';

/** `allowed` are whole origins, compared exactly (`https://shop.example`), or `localhost`. */
export function createOrigins(allowed: readonly string[]): Origins {
  const list = new Set(allowed);
  const anyLocal = list.has(ANY_LOCAL_ORIGIN);
  const isAllowed = (origin: string) => list.has(origin) || (anyLocal && isLocal(origin));
  const listed = ({ headers }: IncomingMessage) =>
    headers.origin !== undefined && isAllowed(headers.origin);
  const corsHeaders = (request: IncomingMessage): Record<string, string> =>
    listed(request)
      ? {
          'access-control-allow-origin': String(request.headers.origin),
          'access-control-allow-credentials': 'true',
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
              'authorization, content-type, x-request-id, apollo-require-preflight, x-apollo-operation-name, x-graphql-cost, x-graphql-plan, last-event-id, souk-session',
            'access-control-max-age': '600',
          }
        : {}),
    }),
    mayConnect: (request) => {
      const { origin, host } = request.headers;
      if (origin === undefined || isAllowed(origin)) return true;
      if (!URL.canParse(origin)) return false;
      const page = new URL(origin);
      // A page that came in the clear may be of whoever is on the line, whatever it calls itself.
      return page.host === host && (page.protocol === 'https:' || !cameByTls(request));
    },
  };
}

/** Says so itself, or by the proxy before it; who lies about that only refuses more. */
const cameByTls = ({ socket, headers }: IncomingMessage): boolean =>
  (socket as Partial<TLSSocket>).encrypted === true || headers['x-forwarded-proto'] === 'https';

/** What browsers take for this very machine: the names of RFC 6761 and the loopback addresses. */
const LOCAL_HOST = /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127\.0\.0\.1|\[::1\])$/;

export const isLocalHost = (hostname: string): boolean => LOCAL_HOST.test(hostname);

/** A whole origin as browsers write it: scheme, host and perhaps a port, and nothing else. */
function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: whole } = new URL(origin);
  return whole === origin && /^https?:$/.test(protocol) && isLocalHost(hostname);
}
