import type { ResponseBody, ResponseBytes } from '../response.ts';

/**
 * Reusable memory for writing responses: allocating and freeing it for every response costs more than filling
 * it, since the system provides it page by page. The piece that was returned last is taken first, since it is
 * still in the processor's cache.
 */
const free: Buffer[] = [];

let freeBytes = 0;

const SMALLEST = 65_536;
const MOST_FREE_BYTES = 16_777_216;

export function takeMemory(): Buffer {
  const memory = free.pop();
  if (memory === undefined) return Buffer.allocUnsafeSlow(SMALLEST);
  freeBytes -= memory.length;
  return memory;
}

export function giveBack(memory: Buffer): void {
  if (freeBytes + memory.length > MOST_FREE_BYTES) return;
  free.push(memory);
  freeBytes += memory.length;
}

/** More than double the memory, with what was written so far. */
export function grown(memory: Buffer, written: number, atLeast: number): Buffer {
  let size = Math.max(SMALLEST, memory.length * 2);
  while (size < atLeast) size *= 2;
  const larger = Buffer.allocUnsafeSlow(size);
  memory.copy(larger, 0, 0, written);
  giveBack(memory);
  return larger;
}

/** The bytes of a large response. The memory is reused once nobody holds it any more. */
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

  /** After its release the memory may contain another client's response. */
  #assertHeld(): void {
    if (this.#holders === 0) throw new Error('A response was read after it was given back.');
  }
}

/** The text of a body, as long as it may be read. */
export const responseText = (body: ResponseBody): string =>
  typeof body === 'string' ? body : body.text();

/** The text of a body that is passed to nobody else. */
export function taken(body: string | PooledBytes): string {
  if (typeof body === 'string') return body;
  const text = body.text();
  body.release();
  return text;
}

export const decode = (memory: Buffer, isAscii: boolean, from: number, to: number): string =>
  memory.toString(isAscii ? 'latin1' : 'utf8', from, to);
