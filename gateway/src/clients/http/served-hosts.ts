import type { IncomingMessage } from 'node:http';
import { ANY_LOCAL_ORIGIN, isLocalHost } from './origins.ts';

/** Whether a request was sent to a host name under which this gateway is reached. */
export type IsServedHost = (request: IncomingMessage) => boolean;

/**
 * The host names of a gateway on a developer's machine: those of the machine itself and those of allowed
 * pages. A foreign page whose name is made to resolve to this machine (DNS rebinding) has the same origin as
 * whatever answers there, and could read everything.
 */
export function servedHosts(allowedOrigins: readonly string[]): IsServedHost {
  const hosts = new Set(
    allowedOrigins
      .filter((origin) => origin !== ANY_LOCAL_ORIGIN && URL.canParse(origin))
      .map((origin) => new URL(origin).hostname),
  );
  return ({ headers }) => {
    // Browsers always send a Host header; a client without one is not a page.
    if (headers.host === undefined) return true;
    const address = `http://${headers.host}`;
    if (!URL.canParse(address)) return false;
    const { hostname } = new URL(address);
    return isLocalHost(hostname) || hosts.has(hostname);
  };
}

/** A gateway behind a proxy that checks host names answers to any. */
export const ANY_HOST: IsServedHost = () => true;

export const OTHER_HOST = {
  code: 'MISDIRECTED_REQUEST',
  message:
    'This name belongs to somebody’s own machine. ALLOWED_ORIGINS lists the pages that may use this endpoint.',
} as const;
