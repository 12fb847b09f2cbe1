import type { ResponseBody, ResponseBytes } from '../types.ts';
import { giveBack } from './response-memory.ts';

/** The bytes of a large response. The memory serves another one when nobody holds it any more. */
export class PooledBytes implements ResponseBytes {
  readonly byteLength: number;
  readonly #memory: Buffer;
  readonly #isAscii: boolean;
  #holders = 1;

  constructor(memory: Buffer, byteLength: number, isAscii: boolean) {
    this.#memory = memory;
    this.byteLength = byteLength;
    this.#isAscii = isAscii;
  }

  text(): string {
    this.#assertHeld();
    return decode(this.#memory, this.#isAscii, 0, this.byteLength);
  }

  hold() {
    this.#assertHeld();
    this.#holders += 1;
    let isHeld = true;
    return {
      bytes: this.#memory.subarray(0, this.byteLength),
      release: () => {
        if (isHeld) this.release();
        isHeld = false;
      },
    };
  }

  release(): void {
    this.#assertHeld();
    this.#holders -= 1;
    if (this.#holders === 0) giveBack(this.#memory);
  }

  /** What is there by then may be the response to somebody else. */
  #assertHeld(): void {
    if (this.#holders === 0) throw new Error('A response was read after it was given back.');
  }
}

/** The text of a body, while it may be read. */
export const responseText = (body: ResponseBody): string =>
  typeof body === 'string' ? body : body.text();

/** The text of a body that nobody else is given. */
export function taken(body: string | PooledBytes): string {
  if (typeof body === 'string') return body;
  const text = body.text();
  body.release();
  return text;
}

export const decode = (memory: Buffer, isAscii: boolean, from: number, to: number): string =>
  memory.toString(isAscii ? 'latin1' : 'utf8', from, to);
