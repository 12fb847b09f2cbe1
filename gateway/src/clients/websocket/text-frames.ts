/** The beginning of a message, the same for all messages of one client's subscription. */
export interface FrameStart {
  readonly text: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
}

/**
 * One message for many clients, as unmasked text frames (RFC 6455, section 5.2; servers do not mask) that
 * differ only in their beginning. A frame that is given back is used for the next client, and only its
 * beginning is written again: this takes no memory and no copy of the body for each client.
 */
export class TextFrames {
  readonly #body: Uint8Array;
  readonly #end: string;
  #spare: Buffer | null = null;

  /** `end` is ASCII. */
  constructor(body: Uint8Array, end: string) {
    this.#body = body;
    this.#end = end;
  }

  beginningWith({ text, bytes }: FrameStart): Buffer {
    const length = bytes + this.#body.length + this.#end.length;
    const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const frame = this.#taken(headBytes + length) ?? this.#blank(headBytes, length);
    if (bytes === text.length) frame.write(text, headBytes, 'latin1');
    else frame.write(text, headBytes);
    return frame;
  }

  /** The frame is no longer read by anybody. */
  giveBack(frame: Buffer): void {
    this.#spare = frame;
  }

  /**
   * The frame that was given back, if it has this length: everything but its beginning is then already right.
   */
  #taken(length: number): Buffer | null {
    const frame = this.#spare;
    if (frame?.length !== length) return null;
    this.#spare = null;
    return frame;
  }

  /** A frame without its beginning. */
  #blank(headBytes: number, length: number): Buffer {
    const frame = Buffer.allocUnsafe(headBytes + length);
    frame[0] = 0x81;
    if (headBytes === 2) frame[1] = length;
    else if (headBytes === 4) {
      frame[1] = 126;
      frame.writeUInt16BE(length, 2);
    } else {
      frame[1] = 127;
      frame.writeBigUInt64BE(BigInt(length), 2);
    }
    const endAt = frame.length - this.#end.length;
    frame.set(this.#body, endAt - this.#body.length);
    if (this.#end !== '') frame.write(this.#end, endAt, 'latin1');
    return frame;
  }
}
