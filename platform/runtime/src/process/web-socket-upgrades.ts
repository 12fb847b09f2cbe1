import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Receives WebSocket handshakes, like listeners of `upgrade`. */
export type TakeUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/**
 * Passes on requests to upgrade to WebSocket. Other protocols are an offer that a server may ignore (RFC 9110
 * §7.8): Java's HTTP client and `curl --http2` offer `h2c` with requests that are otherwise ordinary. Node
 * takes each of them out of HTTP as soon as there is a listener, so those are put back.
 */
export function onWebSocketUpgrade(server: Server, take: TakeUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') take(request, stream, head);
    else putBack(server, request, stream, head);
  });
}

/** Headers of the offer, which would repeat it. */
const OF_OFFERS = new Set(['upgrade', 'http2-settings']);

function putBack(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  stream: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    if (OF_OFFERS.has(name.toLowerCase())) continue;
    const isConnection = name.toLowerCase() === 'connection';
    lines.push(`${name}: ${isConnection ? withoutOffers(value) : value}`);
  }
  // Node decodes a head as Latin-1, so it is encoded the same way.
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', stream);
}

const withoutOffers = (connection: string): string =>
  connection
    .split(',')
    .filter((word) => !OF_OFFERS.has(word.trim().toLowerCase()))
    .join(',')
    .trim();
