import { decode, giveBack, grown, PooledBytes, takeMemory } from './pooled-bytes.ts';

/** Up to this many characters a loop is faster than a call of a built-in function. */
const SHORT = 48;
/**
 * From this length on a response is sent as bytes. A shorter one is text: Node sends it in one piece with its
 * head.
 */
const LARGE = 16_384;
/** What one UTF-16 code unit takes at most in UTF-8. */
const MOST_BYTES = 3;

/**
 * Writes a response as the bytes that are sent. What was written can be written again by copying it, or
 * removed when it turns out to be null.
 */
export class ResponseWriter {
  #memory = takeMemory();
  #isAscii = true;
  #at = 0;
  #stretch: object = {};

  /** The number of bytes written. */
  get at(): number {
    return this.#at;
  }

  /** Unchanged as long as everything written is still in place, that is, as long as bytes were only added. */
  get stretch(): object {
    return this.#stretch;
  }

  /** One ASCII character. */
  byte(code: number): void {
    if (this.#at === this.#memory.length) this.#grow(1);
    this.#memory[this.#at] = code;
    this.#at += 1;
  }

  text(text: string): void {
    const { length } = text;
    if (this.#at + length * MOST_BYTES > this.#memory.length) this.#grow(length * MOST_BYTES);
    const memory = this.#memory;
    const at = this.#at;
    if (length <= SHORT) {
      let index = 0;
      for (; index < length; index += 1) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        memory[at + index] = code;
      }
      if (index === length) {
        this.#at = at + length;
        return;
      }
    }
    const written = memory.write(text, at);
    if (written !== length) this.#isAscii = false;
    this.#at = at + written;
  }

  /** Copies what was written between two positions of the stretch. */
  again(from: number, to: number): void {
    const length = to - from;
    if (this.#at + length > this.#memory.length) this.#grow(length);
    const memory = this.#memory;
    const at = this.#at;
    if (length > SHORT) memory.copyWithin(at, from, to);
    else
      for (let index = 0; index < length; index += 1)
        memory[at + index] = memory[from + index] as number;
    this.#at = at + length;
  }

  /** Removes everything written after a position. */
  takeBack(at: number): void {
    this.#at = at;
    this.#stretch = {};
  }

  /** Inserts a text into what was written. */
  insert(at: number, text: string): void {
    const length = Buffer.byteLength(text);
    if (this.#at + length > this.#memory.length) this.#grow(length);
    this.#memory.copyWithin(at + length, at, this.#at);
    this.#memory.write(text, at);
    if (length !== text.length) this.#isAscii = false;
    this.#at += length;
    this.#stretch = {};
  }

  textFrom(start: number): string {
    return decode(this.#memory, this.#isAscii, start, this.#at);
  }

  /** Everything that was written. The writer cannot be used afterwards. */
  finish(): string | PooledBytes {
    if (this.#at < LARGE) {
      const text = this.textFrom(0);
      this.release();
      return text;
    }
    const memory = this.#memory;
    this.#memory = NOTHING;
    return new PooledBytes(memory, this.#at, this.#isAscii);
  }

  /** Ends it without a response. */
  release(): void {
    giveBack(this.#memory);
    this.#memory = NOTHING;
  }

  #grow(by: number): void {
    this.#memory = grown(this.#memory, this.#at, this.#at + by);
  }
}

const NOTHING = Buffer.alloc(0);
