import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type AddressOf = (request: IncomingMessage) => string;

/**
 * The address that a request comes from. `trustedProxies` is the number of our own proxies in front of this
 * process. Each appends to X-Forwarded-For; what the client itself put there is never used.
 */
export const clientAddress =
  (trustedProxies: number): AddressOf =>
  ({ headers, socket }) => {
    const direct = socket.remoteAddress ?? 'unknown';
    if (trustedProxies === 0) return direct;
    const hops = String(headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((hop) => hop.trim())
      .filter(Boolean);
    return hops.at(-trustedProxies) ?? direct;
  };

/** Longer than what any browser sends. */
const MAX_LENGTH = 256;
/**
 * Headers may contain control characters and characters that change how the surrounding text is displayed.
 */
const UNSEEN = /\p{C}/gu;

/** How a client names itself, shown to people who look through their sessions later. */
export const userAgentOf = (headers: IncomingHttpHeaders): string | undefined =>
  headers['user-agent']?.replaceAll(UNSEEN, '').trim().slice(0, MAX_LENGTH) || undefined;
