import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Hears of a handshake of WebSocket, as listeners of `upgrade` do. */
export type TakeUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

/**
 * Hands over requests that want to go on as WebSocket. Other protocols are an offer, which a server may pass over
 * (RFC 9110 §7.8): Java's HTTP client and `curl --http2` offer `h2c` with requests that are ordinary
 * otherwise. Node takes each of them out of HTTP as soon as somebody listens for one, so those go back into it.
 */
export function onWebSocketUpgrade(server: Server, take: TakeUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') take(request, stream, head);
    else putBack(server, request, stream, head);
  });
}

/** Headers of the offer, by which it would be made again. */
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
  // Node reads a head as Latin-1, so it is written as it came.
  stream.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', stream);
}

const withoutOffers = (connection: string): string =>
  connection
    .split(',')
    .filter((word) => !OF_OFFERS.has(word.trim().toLowerCase()))
    .join(',')
    .trim();
