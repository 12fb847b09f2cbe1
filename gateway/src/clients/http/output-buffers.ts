/**
 * Buffers for large answers, used again and again. Memory that is asked for and given back with
 * every answer costs more than filling it: the system hands it out page by page.
 */
export interface OutputBuffers {
  /** The text as bytes, in a buffer that is in use until `release`. */
  fill(text: string, length: number, isAscii: boolean): FilledBuffer;
}

export interface FilledBuffer {
  readonly bytes: Buffer;
  release(): void;
}

const SMALLEST = 65_536;
const LARGEST_KEPT = 1_048_576;
/** As many of each size are kept as are in use at a time, up to this. */
const MOST_KEPT = 64;

export function createOutputBuffers(): OutputBuffers {
  const free = new Map<number, Buffer[]>();
  return {
    fill(text, length, isAscii) {
      let size = SMALLEST;
      while (size < length) size *= 2;
      const kept = free.get(size);
      const buffer = kept?.pop() ?? Buffer.allocUnsafeSlow(size);
      const written = buffer.write(text, 0, length, isAscii ? 'latin1' : 'utf8');
      return {
        bytes: buffer.subarray(0, written),
        release() {
          if (size > LARGEST_KEPT) return;
          const known = free.get(size);
          if (!known) free.set(size, [buffer]);
          else if (known.length < MOST_KEPT) known.push(buffer);
        },
      };
    },
  };
}
