/** What a message begins with, as long as one client's subscription is the same. */
export interface FrameStart {
  readonly text: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
}

export const frameStart = (text: string): FrameStart => ({ text, bytes: Buffer.byteLength(text) });

/**
 * One unmasked text frame (RFC 6455, section 5.2) of a start, a body and an end: servers do not mask,
 * and the body, which many clients get, is encoded once and only copied here.
 */
export function textFrame(start: FrameStart, body: Buffer, end: string): Buffer {
  const { text, bytes: startLength } = start;
  const length = startLength + body.length + end.length;
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = 0x81;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  if (startLength === text.length) frame.write(text, headLength, 'latin1');
  else frame.write(text, headLength);
  body.copy(frame, headLength + startLength);
  if (end !== '') frame.write(end, headLength + startLength + body.length, 'latin1');
  return frame;
}
