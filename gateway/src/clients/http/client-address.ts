import type { IncomingMessage } from 'node:http';

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
