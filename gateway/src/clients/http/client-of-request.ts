import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

export type AddressOf = (request: IncomingMessage) => string;

/**
 * Where a request comes from. `trustedProxies` is how many proxies of ours stand before this
 * process: each appends to X-Forwarded-For, and what a client wrote there itself is never used.
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

/** Longer than what browsers say; what is beyond is somebody's play. */
const MAX_LENGTH = 256;
/** Control characters, and what changes how the text around it is shown: headers may hold some. */
const UNSEEN = /\p{C}/gu;

/** What a client calls itself, for whoever looks through their sessions later. */
export const userAgentOf = (headers: IncomingHttpHeaders): string | undefined =>
  headers['user-agent']?.replaceAll(UNSEEN, '').trim().slice(0, MAX_LENGTH) || undefined;
