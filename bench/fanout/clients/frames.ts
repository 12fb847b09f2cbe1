/** What of RFC 6455 a client needs that gets whole, unmasked frames from a server it trusts. */
export interface FrameHandler {
  /** The text is `bytes` from `start` to `end`; the memory is used again afterwards. */
  text(bytes: Buffer, start: number, end: number): void;
  ping(payload: Buffer): void;
  close(code: number): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** Takes what arrives on one connection, however it is cut. */
export function createFrameReader(handler: FrameHandler): (chunk: Buffer) => void {
  let rest: Buffer | null = null;
  return (chunk) => {
    const bytes = rest ? Buffer.concat([rest, chunk]) : chunk;
    rest = null;
    let at = 0;
    while (at < bytes.length) {
      const end = readFrame(bytes, at, handler);
      if (end < 0) {
        rest = Buffer.from(bytes.subarray(at));
        return;
      }
      at = end;
    }
  };
}

/** Where the frame ends, or -1 when it is not all there yet. */
function readFrame(bytes: Buffer, at: number, handler: FrameHandler): number {
  if (bytes.length < at + 2) return -1;
  const head = bytes[at] as number;
  let length = bytes[at + 1] as number;
  let start = at + 2;
  if (length === 126) {
    if (bytes.length < at + 4) return -1;
    length = bytes.readUInt16BE(at + 2);
    start = at + 4;
  } else if (length > 126) {
    throw new Error('This client expects small frames without a mask.');
  }
  const end = start + length;
  if (bytes.length < end) return -1;
  switch (head & 0x0f) {
    case TEXT:
      handler.text(bytes, start, end);
      break;
    case PING:
      handler.ping(Buffer.from(bytes.subarray(start, end)));
      break;
    case CLOSE:
      handler.close(length >= 2 ? bytes.readUInt16BE(start) : 1005);
      break;
  }
  return end;
}

/** A client must mask its frames; a mask of zeros leaves the bytes as they are. */
function frame(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const head = Buffer.alloc(long ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

export const textFrame = (text: string): Buffer => frame(TEXT, Buffer.from(text));
export const pongFrame = (payload: Buffer): Buffer => frame(PONG, payload);
