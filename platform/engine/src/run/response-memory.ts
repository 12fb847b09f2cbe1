/**
 * Memory in which responses are written, used again and again: what is asked for and given back with every
 * response costs more than filling it, as the system hands it out page by page. The piece that was given back
 * last is taken first, since it is still near the processor.
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

/** As much again and more, with what was written so far. */
export function grown(memory: Buffer, written: number, atLeast: number): Buffer {
  let size = Math.max(SMALLEST, memory.length * 2);
  while (size < atLeast) size *= 2;
  const larger = Buffer.allocUnsafeSlow(size);
  memory.copy(larger, 0, 0, written);
  giveBack(memory);
  return larger;
}
