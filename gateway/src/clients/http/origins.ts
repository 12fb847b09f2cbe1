import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** Which web pages may talk to this gateway from a browser. */
export interface Origins {
  /** Headers that let the request's page read the answer; only `vary` for a page that is not on the list. */
  corsHeaders(request: IncomingMessage): Record<string, string>;
  preflightHeaders(request: IncomingMessage): Record<string, string>;
  /**
   * Whether a WebSocket may be opened, which browsers allow any page to do: by no page, by our own page over
   * the same scheme, or by one on the list.
   */
  mayConnect(request: IncomingMessage): boolean;
}

/** In the list of allowed origins, stands for every port of the user's own machine. */
export const ANY_LOCAL_ORIGIN = 'localhost';

/** `allowed` are whole origins that are compared exactly (`https://shop.example`), or `localhost`. */
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
      // A page that was loaded without TLS may have been replaced on the way, whatever host it claims.
      return page.host === host && (page.protocol === 'https:' || !cameByTls(request));
    },
  };
}

/** The socket or the proxy in front says so; a client that forges the header only gets itself refused. */
const cameByTls = ({ socket, headers }: IncomingMessage): boolean =>
  (socket as Partial<TLSSocket>).encrypted === true || headers['x-forwarded-proto'] === 'https';

/** What browsers treat as this machine: the names of RFC 6761 and the loopback addresses. */
const LOCAL_HOST = /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)*\.localhost|127\.0\.0\.1|\[::1\])$/;

export const isLocalHost = (hostname: string): boolean => LOCAL_HOST.test(hostname);

/** A complete origin as browsers write it: scheme, host and optional port, nothing else. */
function isLocal(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname, origin: whole } = new URL(origin);
  return whole === origin && /^https?:$/.test(protocol) && isLocalHost(hostname);
}
