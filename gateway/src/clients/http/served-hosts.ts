import type { IncomingMessage } from 'node:http';
import { ANY_LOCAL_ORIGIN, isLocalHost } from './origins.ts';

/** Whether a request was sent to a name under which this gateway is reached. */
export type IsServedHost = (request: IncomingMessage) => boolean;

/**
 * Names under which a gateway on somebody's own machine is reached: those of the machine itself, and the hosts of
 * pages on the list. A page elsewhere whose name leads to this machine a moment later (DNS rebinding) is of the
 * same origin as what answers to that name, and would read all of it.
 */
export function servedHosts(allowedOrigins: readonly string[]): IsServedHost {
  const hosts = new Set(
    allowedOrigins
      .filter((origin) => origin !== ANY_LOCAL_ORIGIN && URL.canParse(origin))
      .map((origin) => new URL(origin).hostname),
  );
  return ({ headers }) => {
    // Browsers always say it; what says none is no page.
    if (headers.host === undefined) return true;
    const address = `http://${headers.host}`;
    if (!URL.canParse(address)) return false;
    const { hostname } = new URL(address);
    return isLocalHost(hostname) || hosts.has(hostname);
  };
}

/** Behind a proxy that knows its names a gateway answers to any. */
export const ANY_HOST: IsServedHost = () => true;

export const OTHER_HOST = {
  code: 'MISDIRECTED_REQUEST',
  message:
    'This name leads to somebody’s own machine. ALLOWED_ORIGINS lists the pages that may ask here.',
} as const;
