import type { IncomingMessage } from 'node:http';

/** Called once with the outcome of reading a body. */
export interface BodyReceiver {
  received(body: Buffer): void;
  tooLarge(): void;
}

/**
 * Collects a body without the cost of a stream's iterator. A body that declares too large a size is refused
 * before it is read, and whatever still arrives is discarded. When a request breaks off, nobody is left to be
 * answered.
 */
export function collectBody(
  request: IncomingMessage,
  maxBytes: number,
  receiver: BodyReceiver,
): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    receiver.tooLarge();
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    if (size > maxBytes) return;
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else receiver.tooLarge();
  });
  request.on('end', () => {
    if (size > maxBytes) return;
    receiver.received(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  });
  request.on('error', () => {});
}
